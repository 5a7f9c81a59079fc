/** Whom a host trusts for an app by its key folder: whose actors it runs, of those it takes bundles, too. */
import type { KeyFolderOfApp } from '../../../control/agent/index.js'
import type { AnchorsOf } from '../../../control/bundle/index.js'
import {
  appInAnchors,
  KeyError,
  keyFolderOf,
  readAnchors,
  readKeyFile,
} from '../../../ports/security/index.js'
import type { SettingsInForce } from '../settings/in-force.js'
import { insecureIn } from '../settings/insecure.js'
import { known } from '../settings/known.js'

export function anchorsOfHost(settings: SettingsInForce): AnchorsOf {
  const folder = settings.of(known.keys)
  return async (app) => {
    const { anchors: path } = keyFolderOf(app, { folder })
    const text = await readKeyFile(path)
    // A folder that was named is one for all apps, and has the keys of one.
    if (text === undefined || appInAnchors(text) !== app) return []
    const anchors = readAnchors(text)
    if (typeof anchors === 'string') throw new KeyError('bad-key-file', `${path}: ${anchors}`)
    return anchors
  }
}

/** Where actors that are deployed find their keys. */
export function keyFoldersOfHost(settings: SettingsInForce): KeyFolderOfApp {
  const folder = settings.of(known.keys)
  const isInsecure = insecureIn(settings) !== false
  return (app) => (isInsecure ? undefined : keyFolderOf(app, { folder }))
}
