/**
 * Reads a socket until it is closed. It waits while the component does not keep up, so that the bound of the
 * socket holds, and lets the event loop have a turn after so many messages, so that a flood starves no timer.
 */
import { limits } from './limits.js'

export interface Readable {
  readonly closed: boolean
  receive(): Promise<Buffer[]>
}

/** What may hold reading back: a full mailbox, a full inbox. */
export interface Gate {
  readonly full: boolean
  room(): Promise<void>
}

/**
 * Calls `accept` with the parts of each ZeroMQ message; it returns how many messages they held, and must not
 * throw. Resolves when the socket is closed.
 */
export async function readAll(
  socket: Readable,
  gates: readonly Gate[],
  accept: (parts: Buffer[]) => number,
): Promise<void> {
  let handled = 0
  for (;;) {
    for (const gate of gates) if (gate.full) await gate.room()
    if (handled >= limits.messagesPerTurn) {
      handled = 0
      await new Promise((resolve) => setImmediate(resolve))
    }
    let parts: Buffer[]
    try {
      parts = await socket.receive()
    } catch (cause) {
      // Asked only here: the question costs more than the rest of the loop.
      if (socket.closed) return
      throw cause
    }
    handled += accept(parts)
  }
}
