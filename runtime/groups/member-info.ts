/** Who takes part in a group, as components see them. */

/** A member or observer of a group: a component of an actor that has joined it. */
export interface MemberInfo {
  /** 32 hex characters, new each time that it joins. */
  readonly id: string
  /** Name of its actor in the app; '' while its actor is not connected to this one. */
  readonly actor: string
  /** 16 hex characters, new at each start of the actor. */
  readonly actorId: string
  /** Name of its component within the actor; '' as that of the actor. */
  readonly component: string
  /** Address of its host; '' as the name of the actor. */
  readonly host: string
  /** The component itself. */
  readonly isSelf: boolean
  /** It hears, sends and votes in polls, but neither elects nor is elected. */
  readonly isObserver: boolean
}

/** Who sent a message of a group. */
export interface GroupSender extends MemberInfo {
  /** Milliseconds since 1970, by the sender's clock, at which it left; in a `timed` group. */
  readonly sentAt?: number
  /** Milliseconds since 1970, by this host's clock, at which it was read; in a `timed` group. */
  readonly receivedAt?: number
}

/** The leader of a group, as the sender of a message: in which epoch and term it sent it. */
export interface LeaderSender extends GroupSender {
  /** Of its lease when it sent it. */
  readonly epoch: number
  /** As `epoch`. */
  readonly term: number
}

/** Digits of the id of a member that are its actor's. */
const ACTOR_ID_CHARS = 16
const HALF_CHARS = 8

/**
 * The id of a component's membership. @param place of the component in its actor @param join its how many-th
 */
export function memberId(actorId: string, place: number, join: number): string {
  const hex = (number: number): string => number.toString(16).padStart(HALF_CHARS, '0')
  return actorId + hex(place) + hex(join)
}

export function actorIdOf(id: string): string {
  return id.slice(0, ACTOR_ID_CHARS)
}
