/** Who sent a message and, where a port is timed, when it left and when it came. */
import type { FrameHeader } from './frame.js'
import type { Peer } from './port.js'
import { wallTime } from './wall-time.js'

/** The sender of a message, as handlers of a port get it. */
export interface Sender extends Peer {
  /**
   * Milliseconds since 1970, by the sender's clock, at which it left; on a `timed` port, from a timed one.
   */
  readonly sentAt?: number
  /** Milliseconds since 1970, by this host's clock, at which it was read; on a `timed` port. */
  readonly receivedAt?: number
}

/** The sender of a message, as handlers of a `timed` port get it. */
export interface TimedSender extends Sender {
  /** Milliseconds since 1970, by this host's clock, at which it was read. */
  readonly receivedAt: number
}

/**
 * The sender as handlers get it of a port whose option `timed` is `T`: with `receivedAt` where that is known
 * to be true, and not where it may be false or, as in this.on(), is not known yet.
 */
export type SenderOf<T extends boolean> = [T] extends [false]
  ? Sender
  : [T] extends [true]
    ? TimedSender
    : Sender

/** The option `timed`, of which the types know the value where it is written. */
export interface TimedOption<T extends boolean> {
  /** As `timed` of PortOptions. */
  readonly timed?: T
}

/** The sender of what a frame carries, with its times. */
export function timedSender(
  { actor, actorId, component, port }: Peer,
  { sentAt }: Pick<FrameHeader, 'sentAt'>,
): TimedSender {
  const receivedAt = wallTime()
  const peer = { actor, actorId, component, port, receivedAt }
  return Object.freeze(Number.isFinite(sentAt) ? { ...peer, sentAt } : peer)
}
