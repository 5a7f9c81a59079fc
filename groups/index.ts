/** Groups: one leader, agreed votes, actions at one moment. */
export { type Ballot, compareBallots, isSameBallot, NO_BALLOT, type Position } from './ballot.js'
export {
  type CoreEffect,
  type CoreInput,
  type CoreOptions,
  GroupCore,
  type Moment,
  type Settlement,
} from './core.js'
export {
  directLink,
  driverLimits,
  type GroupLock,
  type GroupService,
  type OpenGroupChannel,
  serveGroups,
  threadLink,
} from './driver/index.js'
export type { Choice, Entry, EntryBody, Outcome, Poll, PollKind, Request } from './entries.js'
export { GroupError, type GroupErrorCode, groupErrors } from './errors.js'
export type { GroupMoment } from './group-clock.js'
export {
  certify,
  certifyAnywhere,
  createLeaseCell,
  type DistantSuspect,
  HostError,
  type HostErrorCode,
  hostErrors,
  hostLimits,
  hostMoment,
  hostNowMs,
  identity,
  LeaseReader,
  LeaseWriter,
  type ProcessIdentity,
  type SeatHolder,
  type SeatName,
  type SeatState,
  type Sitter,
  type Suspect,
  seatState,
  takeSeat,
  tellRefused,
  untilFree,
  type Verdict,
  type WitnessAd,
  WitnessDoor,
} from './host/index.js'
export { commonUntil, type Ended, type Formation } from './ledger.js'
export { groupLimits } from './limits.js'
export type {
  ClockReading,
  GroupLink,
  GroupPeer,
  JoinOptions,
  LinkCommand,
  LinkEffect,
  LinkEvent,
  LinkInput,
  OpenGroupLink,
  Route,
} from './link.js'
export type { GroupMessage } from './messages.js'
export { CLOCK_RATE_ERROR, checkedTiming, type GroupTiming, type TimingProfile, timings } from './timing.js'
