/** Keys for actors on other hosts, from where the app key is. */
import type { Command } from 'commander'
import { carriedKeys } from '../../../ports/security/index.js'
import { at } from '../keys/place.js'
import { settingsOf } from '../settings/find.js'
import { known } from '../settings/known.js'

export interface KeysMaker {
  /** Of these actors, for one host: what `quorate keys import` reads. @throws KeyError `no-app-key`. */
  readonly keys: (app: string, actors: readonly string[]) => Promise<string>
  /** The folder that the settings name; '' for that of the app. */
  readonly folder: string
}

export function keysMaker(command: Command, appFile: string): KeysMaker {
  const isNamed = settingsOf(command, appFile).of(known.keys) !== ''
  return {
    keys: (app, actors) => {
      const { folder } = at(command, app, appFile)
      return carriedKeys(folder, { app, actors, role: 'actor', nowMs: Date.now() })
    },
    folder: isNamed ? at(command, 'any', appFile).folder.path : '',
  }
}
