/** `quorate keys list`: the keys that this host knows of, and whom it trusts. */
import type { Command } from 'commander'
import {
  KeyError,
  type KeyListing,
  type ListedKey,
  listKeys,
  readAppKey,
  readTrust,
  type Trust,
} from '../../../ports/security/index.js'
import { known } from '../settings/known.js'
import { lineOfRow, widthsOf } from '../table.js'
import { complain, harmless, paint, type Screen, screenOf } from '../terminal.js'
import { type KeysPlace, placeOf } from './place.js'
import { actorsShown, dayOf, print, shortSerial } from './words.js'

const HEADINGS = ['key', 'actor', 'role', 'valid until', 'state', 'file']
const INDENT = '  '

interface Seen extends KeyListing {
  readonly place: KeysPlace
  readonly trust: Trust
  readonly hasAppKey: boolean
}

export async function list(command: Command): Promise<void> {
  const place = await placeOf(command)
  const { app, folder, settings } = place
  const trust = await readTrust(folder)
  if (!trust) {
    const way = `quorate keys init ${app} makes an app key, quorate keys import takes keys of another host`
    throw new KeyError('no-key', `there are no keys of the app ${app} in ${folder.path}; ${way}`)
  }
  const listing = await listKeys(folder, trust, Date.now())
  const seen = { ...listing, place, trust, hasAppKey: (await readAppKey(folder)) !== undefined }
  if (settings.of(known.json)) print([JSON.stringify(objectOf(seen))])
  else {
    print(linesOf(seen, screenOf(process.stdout)))
    for (const flaw of seen.flaws) complain(flaw)
  }
}

function linesOf({ place, trust, hasAppKey, keys }: Seen, screen: Screen): string[] {
  const { anchors, revocations } = trust
  const rows = keys.map(rowOf)
  const widths = widthsOf([HEADINGS, ...rows], screen.columns - INDENT.length)
  const lineOf = (row: readonly string[]): string => INDENT + lineOfRow(row, widths)
  return [
    `${paint(screen, 'bold', place.app)}  ${place.folder.path}  ${hasAppKey ? 'app key' : 'no app key'}`,
    ...anchors.map(({ key, until }) =>
      until === undefined ? `${INDENT}trusts ${key}` : `${INDENT}trusts ${key} until ${dayOf(until)}`,
    ),
    ...(revocations ? [`${INDENT}revoked ${revocations.serials.size} (list ${revocations.number})`] : []),
    ...(rows.length > 0 ? [paint(screen, 'dim', lineOf(HEADINGS))] : []),
    ...rows.map((row, at) => (keys[at]?.flaw ? paint(screen, 'dim', lineOf(row)) : lineOf(row))),
  ]
}

function rowOf({ serial, actors, roles, end, flaw, file }: ListedKey): string[] {
  const row = [shortSerial(serial), actorsShown(actors), roles.join(', '), dayOf(end)]
  return [...row, flaw ?? 'valid', file ?? ''].map(harmless)
}

function objectOf({ place, trust, hasAppKey, keys, flaws }: Seen): object {
  const { anchors, revocations } = trust
  return {
    ...{ v: 1, t: Date.now(), app: place.app, folder: place.folder.path, appKey: hasAppKey },
    anchors: anchors.map(({ key, until }) => ({ key, until: until === undefined ? null : isoOf(until) })),
    revoked: revocations ? { number: revocations.number, serials: [...revocations.serials] } : null,
    keys: keys.map(({ serial, actors, roles, key, notBefore, end, flaw, file }) => ({
      ...{ serial, actors, roles, key, from: isoOf(notBefore), until: isoOf(end) },
      ...{ ok: flaw === undefined, why: flaw ?? null, file: file ?? null },
    })),
    problems: flaws,
  }
}

function isoOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString()
}
