/** What a driver has of its surroundings. */
import type { Sockets } from '../../ports/index.js'
import type { Moment } from '../core.js'
import type { LinkEvent } from '../link.js'

export interface DriverOptions {
  readonly sockets: Sockets
  now(): Moment
  /** Numbers from 0 up to 1. */
  random(): number
  /** Must not throw. */
  on(event: LinkEvent): void
  /** Its leaders hand over without a sign of life of the main thread for so long. Default: the limit. */
  readonly stallMs?: number | undefined
}
