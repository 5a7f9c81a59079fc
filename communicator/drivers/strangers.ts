/**
 * Sockets of a listener that have not become pipes: they have to speak TLS and HTTP first. So many of them at
 * a time and no longer; one more takes the place of the oldest, so that silent ones keep nobody out.
 */
import type { Socket } from 'node:net'
import { commLimits } from '../limits.js'
import { peerKey } from './socket-facts.js'

interface Stranger {
  readonly socket: Socket
  readonly timer: NodeJS.Timeout
}

export class Strangers {
  /** In the order in which they came. */
  readonly #known = new Map<string, Stranger>()

  /** Somebody connected, with a socket of TCP: what comes of it later has the same ends. */
  add(socket: Socket): void {
    const key = peerKey(socket)
    const timer = setTimeout(() => socket.destroy(), commLimits.handshakeMs)
    timer.unref()
    this.#known.set(key, { socket, timer })
    socket.once('close', () => this.pass(key))
    if (this.#known.size <= commLimits.strangers) return
    for (const [first, oldest] of this.#known) {
      this.pass(first)
      oldest.socket.destroy()
      break
    }
  }

  /** It has become a pipe, or is gone. */
  pass(key: string): void {
    clearTimeout(this.#known.get(key)?.timer)
    this.#known.delete(key)
  }

  endAll(): void {
    for (const { socket } of this.#known.values()) socket.destroy()
  }
}
