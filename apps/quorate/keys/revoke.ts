/** `quorate keys revoke`: takes keys back. */
import type { Command } from 'commander'
import { revokeKeys } from '../../../ports/security/index.js'
import { placeOf } from './place.js'
import { print, shortSerial } from './words.js'

export async function revoke(command: Command): Promise<void> {
  const { app, folder } = await placeOf(command)
  const { serials, number } = await revokeKeys(folder, app, command.args.slice(1), Date.now())
  print([
    `revoked ${serials.map(shortSerial).join(', ')}`,
    `${folder.revoked} is list ${number} of what ${app} has taken back; actors that run here take it`,
    'within seconds, and hand it on to those of other hosts',
  ])
}
