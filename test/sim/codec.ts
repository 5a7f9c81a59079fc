/** What travels in a simulated world are bytes, as on a wire; whoever gets them reads them anew. */
import type { GroupMessage } from '../../groups/messages.js'
import { decodeGroupMessage, encodeGroupMessage } from '../../groups/wire.js'
import { Violation } from './checkers/violation.js'

/** @throws Violation. */
export function written(message: GroupMessage): Uint8Array {
  try {
    return encodeGroupMessage(message)
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    throw new Violation('codec', `what ${message.from} says cannot be written: ${text}`)
  }
}

/** @throws Violation. */
export function read(bytes: Uint8Array): GroupMessage {
  const message = decodeGroupMessage(bytes)
  if (typeof message !== 'string') return message
  throw new Violation('codec', `what was written cannot be read: ${message}`)
}
