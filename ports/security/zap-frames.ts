/**
 * Requests of ZeroMQ's authentication protocol (RFC 27, ZAP), and the answers to them, as a ROUTER at the
 * address of the protocol sees them: the envelope of who asks, an empty part, and then
 *
 *     request   version '1.0', id, domain, address, routing id, mechanism, credentials…
 *     answer    version '1.0', id, status '200' or '400', text, user id, metadata
 *
 * Requests come from ZeroMQ itself, in this process; domain and mechanism are those of the socket, address
 * and credentials those of who connects.
 */

/** Where ZeroMQ asks, in every process. */
export const ZAP_ADDRESS = 'inproc://zeromq.zap.01'

const VERSION = '1.0'
/** Bytes of the key that a CURVE client has proven to hold. */
const KEY_BYTES = 32

export interface ZapRequest {
  /** All before the version, the empty part included: goes back as it came. */
  readonly envelope: readonly Buffer[]
  readonly id: Buffer
  readonly domain: string
  /** IP address of who connects. */
  readonly address: string
  /** Undefined for every mechanism but CURVE. */
  readonly key: Buffer | undefined
  readonly mechanism: string
}

/** The request in a message, or undefined where it is none. */
export function readZapRequest(parts: readonly Buffer[]): ZapRequest | undefined {
  const empty = parts.findIndex(({ length }, at) => at > 0 && length === 0)
  if (empty < 0) return undefined
  const envelope = parts.slice(0, empty + 1)
  const [version, id, domain, address, , mechanism, ...credentials] = parts.slice(empty + 1)
  if (!version || !id || !domain || !address || !mechanism) return undefined
  if (version.toString('latin1') !== VERSION) return undefined
  const [key] = credentials
  const isCurve = mechanism.toString('latin1') === 'CURVE' && key?.length === KEY_BYTES
  return {
    ...{ envelope, id },
    domain: domain.toString('latin1'),
    address: address.toString('latin1'),
    key: isCurve ? key : undefined,
    mechanism: mechanism.toString('latin1'),
  }
}

/** The answer that lets the connection be, or ends it. */
export function zapAnswer({ envelope, id }: ZapRequest, isAdmitted: boolean): Buffer[] {
  const [status, text] = isAdmitted ? ['200', 'OK'] : ['400', 'not admitted']
  return [...envelope, ...[VERSION, id, status, text, '', ''].map((part) => Buffer.from(part))]
}
