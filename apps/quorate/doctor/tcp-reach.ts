/** Whether a TCP address takes connections from here, and if not, how it fails. */
import { connect } from 'node:net'
import { commandLimits } from '../limits.js'

export type Reach = 'accepts' | 'refuses' | 'silent' | 'unroutable'

const REACH_OF: Readonly<Record<string, Reach>> = {
  ECONNREFUSED: 'refuses',
  ECONNRESET: 'refuses',
  EHOSTUNREACH: 'unroutable',
  ENETUNREACH: 'unroutable',
  ENOTFOUND: 'unroutable',
}

/** Connects and hangs up. Never rejects; takes `doctorReachMs` at most. */
export function tcpReach(host: string, port: number): Promise<Reach> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    const timer = setTimeout(() => end('silent'), commandLimits.doctorReachMs)
    const end = (reach: Reach): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(reach)
    }
    socket.once('connect', () => end('accepts'))
    socket.on('error', (error) => end(('code' in error && REACH_OF[String(error.code)]) || 'silent'))
  })
}
