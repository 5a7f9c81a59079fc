/** What a member of a group has of its host: a clock, a lease in shared memory, a seat, and a witness. */
export { certify, type Suspect } from './certificate.js'
export { HostError, type HostErrorCode, hostErrors } from './errors.js'
export { createLeaseCell, LeaseReader, LeaseWriter, type PublishedLease } from './lease-cell.js'
export { hostLimits } from './limits.js'
export { hostMoment, hostNowMs } from './monotonic.js'
export { type Seat, type Sitter, takeSeat } from './seat.js'
export type { SeatHolder } from './seat-holder.js'
export {
  type BrokenSeat,
  holderOf,
  isSeatFree,
  type SeatState,
  seatState,
  untilBroken,
  untilFree,
} from './seat-look.js'
export type { SeatName } from './seat-name.js'
export { tellRefused } from './seat-tell.js'
export { identity, isGone, type ProcessIdentity, untilGone, type Verdict } from './witness.js'
export { askWitness, certifyAnywhere, type DistantSuspect } from './witness-afar.js'
export { type WitnessAd, WitnessDoor } from './witness-door.js'
