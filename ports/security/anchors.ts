/**
 * Trust anchors: the public halves of an app's key. There are several while the key is changed: the new one,
 * and the former ones, each until a day. A file has a line of each:
 *
 *     # trust anchors of the app cell
 *     mJ0…                                    base64url of 32 bytes
 *     k3x… until 2027-01-31T12:00:00.000Z
 */
import { isAppName } from '../app-name.js'
import { keyLimits } from './key-limits.js'
import { PUBLIC_KEY_BYTES } from './signature.js'

export interface Anchor {
  /** 32 bytes, in base64url. */
  readonly key: string
  /** Seconds since 1970 from which on it vouches for nothing any more; undefined for one that stays. */
  readonly until?: number | undefined
}

const LINE = /^([\w-]{43})(?:\s+until\s+(\S+))?$/

/** An anchor's 32 bytes. */
export function anchorBytes({ key }: Anchor): Buffer {
  return Buffer.from(key, 'base64url')
}

/** How the public key of a signer is written. */
export function anchorOf(publicKey: Uint8Array): Anchor {
  return { key: Buffer.from(publicKey).toString('base64url') }
}

export function isEnded({ until }: Anchor, nowS: number): boolean {
  return until !== undefined && nowS >= until
}

/** The anchors in a file's text, or what is wrong with it. Never throws. */
export function readAnchors(text: string): Anchor[] | string {
  const anchors: Anchor[] = []
  for (const [index, whole] of text.split('\n').entries()) {
    const line = whole.replace(/#.*/s, '').trim()
    if (line === '') continue
    const anchor = readAnchor(line)
    if (!anchor) return `line ${index + 1} is no trust anchor`
    anchors.push(anchor)
    if (anchors.length > keyLimits.anchors) return `more than ${keyLimits.anchors} trust anchors`
  }
  if (new Set(anchors.map(({ key }) => key)).size < anchors.length) return 'a trust anchor twice'
  return anchors.length > 0 ? anchors : 'no trust anchor'
}

function readAnchor(line: string): Anchor | undefined {
  const [, key = '', date] = LINE.exec(line) ?? []
  const bytes = Buffer.from(key, 'base64url')
  // The last character has bits to spare.
  if (bytes.length !== PUBLIC_KEY_BYTES || bytes.toString('base64url') !== key) return undefined
  if (date === undefined) return { key }
  const until = Date.parse(date) / 1000
  return Number.isFinite(until) ? { key, until } : undefined
}

const HEADING = '# trust anchors of the app '

/** The app that a file of anchors says it is of; undefined where it says none. Never throws. */
export function appInAnchors(text: string): string | undefined {
  const line = text.split('\n').find((each) => each.startsWith(HEADING))
  const app = line?.slice(HEADING.length).trim()
  return app !== undefined && isAppName(app) ? app : undefined
}

/** The text of a file that readAnchors() reads. */
export function anchorsText(anchors: readonly Anchor[], app: string): string {
  const lines = anchors.map(({ key, until }) =>
    until === undefined ? key : `${key} until ${new Date(until * 1000).toISOString()}`,
  )
  return `${HEADING}${app}\n${lines.map((line) => `${line}\n`).join('')}`
}

/**
 * All of two lists, in whichever order they are merged: an end that either knows of stands, so that an old
 * copy brings back nothing that was given up.
 */
export function mergeAnchors(one: readonly Anchor[], other: readonly Anchor[]): Anchor[] {
  const untils = new Map<string, number>()
  for (const { key, until = Number.POSITIVE_INFINITY } of [...one, ...other]) {
    untils.set(key, Math.min(until, untils.get(key) ?? Number.POSITIVE_INFINITY))
  }
  // Those that stay first, then by their end; by themselves where these are equal.
  return [...untils]
    .sort(([a, endA], [b, endB]) => (endA === endB ? (a < b ? -1 : 1) : endB - endA))
    .map(([key, until]) => (Number.isFinite(until) ? { key, until } : { key }))
}
