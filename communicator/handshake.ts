/** The payload of HELLO and READY: who an endpoint is, and what everybody may know of it. */
import type { Endpoint } from './endpoint.js'
import { decodeMap, encodeMap, Float, type HeaderMap } from './header-codec.js'
import { wrongName } from './names.js'

const NAME = 'endpoint_name'
const TIMESTAMP = 'timestamp'
const SECOND_MS = 1000

/** @throws CommError `BAD_DATA` for properties that have no place on the wire. */
export function handshakeOf({ name, properties }: Endpoint, nowMs: number): Buffer {
  const own = Object.entries(properties).filter(([key]) => key !== NAME && key !== TIMESTAMP)
  const head = { [NAME]: name, [TIMESTAMP]: new Float(nowMs / SECOND_MS) }
  return encodeMap({ ...head, ...Object.fromEntries(own) })
}

export interface Introduction {
  readonly name: string
  /** All but the name: with `timestamp`, in seconds, where the peer gave one. */
  readonly properties: HeaderMap
}

/** Who a peer says that it is, or why that is nobody. */
export function introductionIn(payload: Buffer): Introduction | { readonly why: string } {
  const read = decodeMap(payload)
  if ('why' in read) return { why: `its handshake cannot be read: ${read.why}` }
  const { [NAME]: given, ...properties } = read.map
  if (typeof given !== 'string') return { why: 'its handshake has no name' }
  const name = given.trim()
  const wrong = wrongName(name)
  return wrong ? { why: `its name is none: ${wrong}` } : { name, properties }
}
