/** What groups have of the machine that their actor runs on. A test gives them another than the real one. */
import {
  certifyAnywhere,
  type DistantSuspect,
  type GroupLock,
  hostMoment,
  identity,
  type Moment,
  type OpenGroupLink,
  type ProcessIdentity,
  type SeatName,
  type SeatState,
  type Sitter,
  seatState,
  takeSeat,
  tellRefused,
  threadLink,
  untilFree,
  type Verdict,
} from '../../groups/index.js'
import { openIoChannel } from '../io/io-thread.js'
import { alarmAt, type SetAlarm } from './alarm.js'

/** A seat that is held until it is released, or its process ends. */
export interface HeldSeat {
  /** App, group and number. */
  readonly name: SeatName
  /** By the clock of the place: its last holder may have given its word until then. */
  readonly takenAtMs: number
  /** Frees it. Only for who grants no more: to others that is a certificate of death. */
  release(): void
}

/** The seats of a host, or of all hosts of a test. */
export interface Seats {
  /** Takes the seat for a member, if it is free. @throws HostError where there are none here. */
  take(name: SeatName, sitter: Sitter): Promise<HeldSeat | undefined>
  /** Who holds it now, as it says itself; `unclear` where it says nothing in time. Never throws. */
  look(name: SeatName): Promise<SeatState>
  /** Tells its holder who was refused because of it. Resolves soon, told or not; never throws. */
  tell(name: SeatName, refused: Sitter): Promise<void>
  /** Resolves when the seat is free, though another may take it first. Rejects when the signal aborts. */
  untilFree(name: SeatName, signal: AbortSignal): Promise<void>
}

/** Who can tell whether a process is gone. `unknown` where it is of another host, and nobody there says. */
export interface Witnesses {
  /** Takes a while where it is not clear; rejects when the signal aborts. */
  certify(suspect: DistantSuspect, signal: AbortSignal): Promise<Verdict>
}

/** What groups have of their machine. */
export interface GroupPlace {
  /** Opens the way to the sockets and cores of groups. */
  readonly openLink: OpenGroupLink
  /** The clocks that leases are counted on. */
  readonly now: () => Moment
  /** Rings at a moment of that clock. */
  readonly setAlarm: SetAlarm
  /** Gives out seats. */
  readonly seats: Seats
  /**
   * Which seats are on this host: of each group those that it is given by its key, `Cell.north`, or by that
   * of its type, `Cell`; `all` where the host has no others beside it. Undefined where nobody has said.
   */
  readonly seatsHere: SeatsHere | undefined
  /** Tells who is dead. */
  readonly witnesses: Witnesses
  /** Of the process of the actor; undefined where the system does not tell. */
  readonly process: ProcessIdentity | undefined
}

/** `[0, 1]` of every group, or of each by its name: `{ 'Cell.north': [0, 1], Plant: [2] }`. */
export type SeatsHere = 'all' | readonly number[] | Readonly<Record<string, readonly number[]>>

/** The machine itself. @param seatsHere undefined on a network, where nobody has said. */
export function groupPlaceHere(
  seatsHere: SeatsHere | undefined,
  lock: () => GroupLock | undefined,
): GroupPlace {
  return {
    openLink: (on) => threadLink(openIoChannel, { lock: lock() })(on),
    now: hostMoment,
    setAlarm: alarmAt,
    seats: { take: takeSeat, look: seatState, tell: tellRefused, untilFree },
    seatsHere,
    witnesses: { certify: certifyAnywhere },
    process: identity(),
  }
}

/** The numbers of the seats of a group that are on this host; undefined where nobody has said. */
export function seatNumbers(
  here: SeatsHere | undefined,
  group: { readonly name: string; readonly type: string; readonly quorum: number },
): readonly number[] | undefined {
  const all = Array.from({ length: 2 * group.quorum - 1 }, (_, number) => number)
  if (here === 'all') return all
  const given = here && (isList(here) ? here : (here[group.name] ?? here[group.type]))
  return given && all.filter((number) => given.includes(number))
}

function isList(
  here: readonly number[] | Readonly<Record<string, readonly number[]>>,
): here is readonly number[] {
  return Array.isArray(here)
}
