/** What hooks of components are told. */

/** Another actor of the app came or went. */
export interface PeerEvent {
  /** `connected` once its ports are known and connect; `disconnected` when it stopped, died or is cut off. */
  readonly state: 'connected' | 'disconnected'
  /** Its name in the app, which others may have, too. */
  readonly actor: string
  /** 16 hex characters, new at each start of the actor. */
  readonly actorId: string
}

/** A handler took longer than the deadline of its port. Times in milliseconds. */
export interface DeadlineEvent {
  /** Name of the port within the component. */
  readonly port: string
  /** Milliseconds that the port gives its handlers. */
  readonly deadline: number
  /** Milliseconds from the call of the handler until it had settled, to a thousandth. */
  readonly took: number
}

/** What an actor may be given a limit of. */
export type LimitKind = 'cpu' | 'memory' | 'disk' | 'network'

/** An actor uses much of what it may, or more. */
export interface LimitEvent {
  /** Of what. */
  readonly kind: LimitKind
  /** In the unit of the limit. */
  readonly used: number
  /** `cpu` as the share of one core, `memory` and `disk` in bytes, `network` in bytes a second. */
  readonly limit: number
}
