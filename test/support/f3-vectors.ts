/** Frames that the reference made: golden ones, and those of a session of two of its processes. */
import { readFileSync } from 'node:fs'

export interface Golden {
  readonly label: string
  readonly bytes: Buffer
  /** In the session: who sent it. */
  readonly from: string
}

function load(file: string): readonly Golden[] {
  const url = new URL(`../fixtures/f3/${file}`, import.meta.url)
  const told: readonly { label: string; hex: string; from?: string }[] = JSON.parse(readFileSync(url, 'utf8'))
  return told.map(({ label, hex, from = '' }) => ({
    label,
    from,
    bytes: Buffer.from(hex.replaceAll(' ', ''), 'hex'),
  }))
}

export const vectors = load('vectors.json')
export const session = load('session.json')

/** The golden frame with this label. */
export function golden(label: string, among: readonly Golden[] = vectors): Buffer {
  const found = among.find((each) => each.label === label)
  if (!found) throw new Error(`no golden frame is labelled ${label}`)
  return found.bytes
}
