/** What goes wrong with the calls of sockets, and what is done about it. */
import { limits } from './limits.js'

/** Connects a socket. @throws Error where the address is none. */
export function connect(socket: { connect(endpoint: string): void }, endpoint: string): void {
  uninterrupted(() => socket.connect(endpoint))
}

/** Makes a call; a signal that comes amid it, as of a profiler, is no failure. */
export function uninterrupted(call: () => void): void {
  for (let attempt = 1; ; attempt++) {
    try {
      call()
      return
    } catch (error) {
      if (errnoOf(error) !== 'EINTR' || attempt >= limits.callAttempts) throw error
    }
  }
}

/** The TCP port of an endpoint as ZeroMQ writes it; NaN for one that has none. */
export function portOf(endpoint: string): number {
  return Number(endpoint.slice(endpoint.lastIndexOf(':') + 1))
}

/** The `code` of what a socket call rejected with: EAGAIN, EHOSTUNREACH, EADDRINUSE, … */
export function errnoOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
}
