/** Telling the holder of a seat that a member was refused because of it: both are to say what differs. */
import { connect } from 'node:net'
import { hostLimits } from './limits.js'
import { lineOf, type Sitter } from './seat.js'
import { type SeatName, seatPath } from './seat-name.js'

/**
 * Says at a seat who was refused, and resolves when that has left, or cannot; takes at most
 * `hostLimits.seatAnswerMs`, and never throws. Its holder may not listen.
 */
export async function tellRefused(name: SeatName, sitter: Sitter): Promise<void> {
  const line = lineOf(sitter)
  return new Promise((resolve) => {
    const socket = connect({ path: seatPath(name) })
    const timer = setTimeout(() => socket.destroy(), hostLimits.seatAnswerMs)
    // What its holder says must be read for the end to be seen; it cuts when it has heard.
    socket.resume()
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearTimeout(timer)
      resolve()
    })
    socket.write(line)
  })
}
