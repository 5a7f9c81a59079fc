/** `quorate keys init`: makes the app key. */
import type { Command } from 'commander'
import { ensureKeys, readAppKey, readTrust } from '../../../ports/security/index.js'
import { CommandFailure, exitCodes } from '../failure.js'
import { placeOf } from './place.js'
import { print } from './words.js'

export async function init(command: Command): Promise<void> {
  const { app, folder } = await placeOf(command)
  const isMade = (await ensureKeys(folder, app)) !== undefined
  if (!(await readAppKey(folder))) {
    const why = `${folder.path} trusts the app key of ${app} of another host, and needs none`
    const way = 'run this there, or move the folder away to make an app that the others are no part of'
    throw new CommandFailure(exitCodes.failure, `${why}; ${way}`)
  }
  const trust = await readTrust(folder)
  const what = isMade ? `${app}: made the app key` : `${app}: the app key is there already`
  print([
    `${what}, ${folder.appKey}; keep a copy of it where nobody finds it`,
    ...(trust?.anchors.map(({ key }) => `trust anchor ${key}`) ?? []),
  ])
}
