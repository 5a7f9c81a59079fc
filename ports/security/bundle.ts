/**
 * Keys on their way to another host, with all that it has to know: one file.
 *
 *     { "quorate": "keys", "v": 1, "app": …, "anchors": as the file, "revoked": base64url, "holders": […] }
 */

import { isAppName } from '../app-name.js'
import { type Anchor, anchorsText, readAnchors } from './anchors.js'
import { type Holder, type HolderData, holderData, holderOf } from './holder.js'
import { keyLimits } from './key-limits.js'
import { type RevocationList, readRevocationList } from './revocation.js'
import type { Trust } from './trust.js'

export interface Bundle extends Trust {
  readonly app: string
  readonly holders: readonly Holder[]
}

const VERSION = 1

/** The text of a bundle. It has secrets in it. */
export function bundleText({ app, anchors, revocations, holders }: Bundle): string {
  const data: readonly HolderData[] = holders.map(holderData)
  const revoked = revocations?.bytes.toString('base64url')
  const trust = { anchors: anchorsText(anchors, app), ...(revoked === undefined ? {} : { revoked }) }
  return `${JSON.stringify({ quorate: 'keys', v: VERSION, app, ...trust, holders: data }, undefined, 2)}\n`
}

/** The bundle in a text, or why it is none; no secret is told. Never throws. */
export function readBundle(text: string): Bundle | string {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return 'no JSON'
  }
  if (typeof value !== 'object' || value === null) return 'no object'
  const given: Partial<Record<string, unknown>> = { ...value }
  if (given.quorate !== 'keys') return 'not written by quorate keys'
  if (given.v !== VERSION) return 'of a version that is not known here'
  const { app, anchors: anchorLines } = given
  if (!isAppName(app) || typeof anchorLines !== 'string') return 'without an app or its trust anchors'
  const anchors = readAnchors(anchorLines)
  if (typeof anchors === 'string') return anchors
  const revocations = listIn(given.revoked, anchors)
  if (typeof revocations === 'string') return `with a revocation list that is none: ${revocations}`
  const holders = holdersIn(given.holders, anchors)
  if (typeof holders === 'string') return holders
  const isOther =
    holders.some(({ certificate }) => certificate.app !== app) || (revocations?.app ?? app) !== app
  return isOther ? 'with keys of another app' : { app, anchors, revocations, holders }
}

function listIn(given: unknown, anchors: readonly Anchor[]): RevocationList | undefined | string {
  if (given === undefined) return undefined
  if (typeof given !== 'string') return 'no text'
  return readRevocationList(Buffer.from(given, 'base64url'), anchors)
}

function holdersIn(given: unknown, anchors: readonly Anchor[]): readonly Holder[] | string {
  const most = keyLimits.keysInBundle
  if (!Array.isArray(given) || given.length > most) return `without keys, or with more than ${most}`
  const holders: Holder[] = []
  for (const each of given) {
    const holder = holderOf(each, anchors)
    if (typeof holder === 'string') return `with a key that is none: ${holder}`
    holders.push(holder)
  }
  return holders
}
