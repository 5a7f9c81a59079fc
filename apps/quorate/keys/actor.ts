/** `quorate keys actor`: makes keys for actors, to stay here or to be carried to another host. */
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { carryKeys, issueKeys, keyLimits } from '../../../ports/security/index.js'
import type { ActorOptions } from './commands.js'
import { actorsIn, daysIn, placeOf } from './place.js'
import { keyShown, print } from './words.js'

export async function actor(command: Command): Promise<void> {
  const { role, days: daysText, out } = command.opts<ActorOptions>()
  const days = daysIn(daysText, keyLimits.certificateDaysMax)
  const place = await placeOf(command)
  const { app, folder } = place
  const wanted = { app, actors: actorsIn(command.args.slice(1), place), role, days, nowMs: Date.now() }
  if (out === undefined) {
    const held = await issueKeys(folder, wanted)
    print(held.map(({ certificate, file }) => `${keyShown(certificate)}: ${file}`))
    return
  }
  const { holders } = await carryKeys(folder, wanted, resolve(out))
  const whose = holders.length > 1 ? 'their secrets' : 'its secret'
  print([
    ...holders.map(({ certificate }) => keyShown(certificate)),
    `${out} has ${whose}; carry it to the other host, run there`,
    `  quorate keys import ${out}`,
    'and remove it from both',
  ])
}
