/** `quorate keys rotate`: new keys in place of old ones. */
import type { Command } from 'commander'
import {
  keyLimits,
  type Replaced,
  readTrust,
  rotateAppKey,
  rotateKeys,
} from '../../../ports/security/index.js'
import { usage } from '../failure.js'
import type { RotateOptions } from './commands.js'
import { actorsIn, daysIn, type KeysPlace, placeOf } from './place.js'
import { dayOf, keyShown, print, shortSerial } from './words.js'

export async function rotate(command: Command): Promise<void> {
  const { appKey, days: daysText } = command.opts<RotateOptions>()
  if (!appKey && daysText !== undefined) throw usage('--days is for --app-key: how long both are trusted')
  const days = daysIn(daysText, keyLimits.certificateDaysMax, 0)
  const place = await placeOf(command)
  const { app, folder } = place
  const actors = actorsIn(command.args.slice(1), place)
  const nowMs = Date.now()
  const replaced = appKey
    ? await rotateAppKey(folder, app, actors, { days, nowMs })
    : await rotateKeys(folder, app, actors, nowMs)
  print([
    ...(appKey ? await linesOfAppKey(place) : []),
    ...replaced.map(({ after }) => keyShown(after.certificate)),
    ...(appKey || replaced.length === 0 ? [] : linesOfOld(app, replaced)),
    ...(replaced.length === 0 && !appKey ? [`there are no keys of actors in ${folder.path}`] : []),
  ])
}

function linesOfOld(app: string, replaced: readonly Replaced[]): string[] {
  const serials = replaced.map(({ before }) => shortSerial(before.certificate.serial))
  return [
    'actors that run here take them within seconds; those before stay valid until they are revoked:',
    `  quorate keys revoke ${app} ${serials.join(' ')}`,
  ]
}

async function linesOfAppKey({ app, folder }: KeysPlace): Promise<string[]> {
  const anchors = (await readTrust(folder))?.anchors ?? []
  const former = anchors.flatMap(({ key, until }) =>
    until === undefined ? [] : [`${key} is trusted until ${dayOf(until)}`],
  )
  return [
    `${app}: made another app key, ${folder.appKey}`,
    ...former,
    `every other host needs new keys by then: quorate keys actor ${app} <actor …> --out FILE`,
  ]
}
