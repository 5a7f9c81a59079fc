/** What sendBytes() takes, whatever way it goes; and how much goes. */
import { PortError } from './errors.js'
import { limits } from './limits.js'

/** Bytes of a frame that are not those of the message. */
const FRAME_HEAD = 64

/** Of all parts of a message. */
export function bytesOf(parts: readonly Uint8Array[]): number {
  let bytes = 0
  for (const { length } of parts) bytes += length
  return bytes
}

/** @throws PortError `unencodable`, `too-large`; `what` names the port in them. */
export function checkBytes(bytes: unknown, what: string): asserts bytes is Uint8Array {
  if (!(bytes instanceof Uint8Array)) {
    throw new PortError('unencodable', `${what}: what is sent as bytes is no Uint8Array`)
  }
  if (bytes.length <= limits.frameBytes - FRAME_HEAD) return
  throw new PortError('too-large', `${what}: ${bytes.length} bytes, over ${limits.frameBytes} of a frame`)
}
