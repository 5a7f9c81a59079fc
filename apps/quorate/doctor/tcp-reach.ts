/** Whether a TCP address takes connections from here, and if not, how it fails. */
import { connect } from 'node:net'

export type Reach = 'accepts' | 'refuses' | 'silent' | 'unroutable'

const TIMEOUT_MS = 1500
const REACH_OF: Readonly<Record<string, Reach>> = {
  ECONNREFUSED: 'refuses',
  ECONNRESET: 'refuses',
  EHOSTUNREACH: 'unroutable',
  ENETUNREACH: 'unroutable',
  ENOTFOUND: 'unroutable',
}

/** Connects and hangs up. Never rejects; takes a second and a half at most. */
export function tcpReach(host: string, port: number): Promise<Reach> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    const timer = setTimeout(() => end('silent'), TIMEOUT_MS)
    const end = (reach: Reach): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(reach)
    }
    socket.once('connect', () => end('accepts'))
    socket.on('error', (error) => end(('code' in error && REACH_OF[String(error.code)]) || 'silent'))
  })
}
