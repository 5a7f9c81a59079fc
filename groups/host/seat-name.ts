/**
 * The names of seats, and of their sockets. One seat is one socket of the network namespace, of whichever
 * user and version of Node its holder is, so neither goes into the name.
 *
 *     0       1               14                78           108
 *     ┌───────┬───────────────┬─────────────────┬─────────────┐
 *     │ NUL   │ quorate/seat/ │ SHA-256, in hex │ - … -       │
 *     └───────┴───────────────┴─────────────────┴─────────────┘
 *
 * It fills the address to its last byte: Node 20 passes an abstract name on with NULs up to there, and later
 * ones without, so that a shorter name would be two names, and the seat two seats.
 */
import { createHash } from 'node:crypto'

/** A seat of a group, unique on its host. */
export interface SeatName {
  readonly app: string
  /** The group: its type and instance. */
  readonly group: string
  /** Which of the group's 2 × quorum − 1. */
  readonly seat: string
}

/** Of `sun_path` in unix(7). */
const PATH_BYTES = 108

/** What Node listens on, and connects to: an abstract socket. */
export function seatPath({ app, group, seat }: SeatName): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([app, group, seat]))
    .digest('hex')
  return `\0quorate/seat/${digest}`.padEnd(PATH_BYTES, '-')
}

/** For messages. */
export function seatText({ app, group, seat }: SeatName): string {
  return `the seat ${seat} of the group ${group} of ${app}`
}
