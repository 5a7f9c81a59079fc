/**
 * What the side of a component and the side that has sockets and core of its groups say to each other. The
 * second lives in a worker thread of the actor, so that a handler that blocks causes no election; in tests it
 * lives in the same thread. All that crosses can be cloned between threads. Times are milliseconds of the
 * host's monotonic clock, which is one for all threads and processes of the host.
 */
import type { Ballot } from './ballot.js'
import type { CoreEffect, CoreInput } from './core.js'
import type { Formation } from './ledger.js'
import type { GroupTiming } from './timing.js'

/** One member, or observer, of one group: a component that has joined it. */
export interface JoinOptions {
  /** 32 hex characters: 16 of the actor's id, 16 of the component's place in it and its how many-th join. */
  readonly id: string
  /** App, type and instance, as messages name it: `averager/Cell.north`. */
  readonly group: string
  /** Undefined for a group without a leader: it has no core, and members only. */
  readonly quorum: number | undefined
  readonly timing: GroupTiming
  /** Holds a seat. */
  readonly isElectable: boolean
  /** Since when nobody of this process has promised anything in this group. */
  readonly startedAtMs: number
  readonly knownEpoch: number
  /** Address that its sockets bind. */
  readonly host: string
  /** The lease, for the component to read at any moment. */
  readonly lease: SharedArrayBuffer
}

/** Another participant, as its actor's directory tells. */
export interface GroupPeer {
  readonly id: string
  /** `tcp://host:port` of its gpub and gans. */
  readonly gpub: string
  readonly gans: string
  readonly isElectable: boolean
  /** CURVE public key (Z85) of its actor; needed where the own actor has keys. */
  readonly key?: string | undefined
}

/** To whom users' messages go. Those of a leader carry its ballot, and older ones are dropped. */
export type Route = 'all' | 'to-leader' | 'from-leader'

export type LinkCommand =
  | { readonly do: 'join'; readonly member: number; readonly options: JoinOptions }
  /** All others that there are, each time anew. */
  | { readonly do: 'peers'; readonly member: number; readonly peers: readonly GroupPeer[] }
  | { readonly do: 'input'; readonly member: number; readonly input: LinkInput }
  /** Messages of the user, encoded: one frame, of one part or two. */
  | {
      readonly do: 'send'
      readonly member: number
      readonly route: Route
      /** Of one from the leader: to whom. */
      readonly to: string | undefined
      /** The link's from now on: what has its memory for itself may be handed over to the other thread. */
      readonly parts: readonly Uint8Array[]
      readonly count: number
    }
  | { readonly do: 'leave'; readonly member: number }
  /** The main thread is alive. Where it does not say so for long, its leaders hand over. */
  | { readonly do: 'alive' }
  | { readonly do: 'stop' }

/** What the core takes of a component. */
export type LinkInput = Extract<
  CoreInput,
  { readonly kind: 'dead' | 'heard' | 'crowd' | 'request' | 'vote' | 'hand-over' }
>

/** What the core tells a component. */
export type LinkEffect = Exclude<CoreEffect, { readonly kind: 'send' | 'broadcast' | 'decided' }>

export type LinkEvent =
  /** Its sockets are bound. */
  | { readonly is: 'open'; readonly member: number; readonly gpub: number; readonly gans: number }
  /**
   * Its sockets could not be bound, or the thread that ran it has ended: it is no member, its lease is void.
   */
  | { readonly is: 'failed'; readonly member: number; readonly code: string; readonly message: string }
  /** Those with whom messages get through, both ways, each time anew. */
  | { readonly is: 'connected'; readonly member: number; readonly ids: readonly string[] }
  /** A connection to another has broken, just now; no proof that it is dead, but a reason to ask. */
  | { readonly is: 'broken'; readonly member: number; readonly id: string }
  | { readonly is: 'effect'; readonly member: number; readonly effect: LinkEffect }
  /**
   * It takes part, and hears what is decided behind the entry `index`; again where its history has another
   * formation. Up to `unheardTo` there may have been something to hear before; 0: there was not.
   */
  | {
      readonly is: 'takes-part'
      readonly member: number
      readonly index: number
      readonly unheardTo: number
      readonly formations: readonly Formation[]
    }
  | {
      readonly is: 'message'
      readonly member: number
      readonly route: Route
      readonly from: string
      /** Of the leader that sent it. */
      readonly ballot: Ballot | undefined
      /** How many messages of the user they hold, as their sender says. */
      readonly count: number
      readonly parts: readonly Uint8Array[]
    }
  /** Messages that could not be handed over: no leader, no such participant, or a queue is full. */
  | { readonly is: 'unsent'; readonly member: number; readonly route: Route; readonly count: number }
  /** Messages of others that were dropped here, for the component does not keep up. */
  | { readonly is: 'missed'; readonly member: number; readonly route: Route; readonly count: number }
  /** The group clock as it is known now; undefined where it is not any more, for the machine stood still. */
  | { readonly is: 'clock'; readonly member: number; readonly reading: ClockReading | undefined }
  /** Frames of others that were refused since it was told last. */
  | { readonly is: 'refused'; readonly member: number; readonly count: number }
  /** Once for each source: what was wrong with frames that were refused. */
  | { readonly is: 'notice'; readonly member: number; readonly code: string; readonly text: string }
  | { readonly is: 'left'; readonly member: number }

/** The group clock as a member knows it. */
export interface ClockReading {
  /** The ballot in which the clock began. */
  readonly begun: Ballot
  /** The group clock less the host's. */
  readonly offsetMs: number
  /** Off that of the leader. Infinity where that leader's is not measured yet. */
  readonly errorMs: number
  readonly atMs: number
}

/** The side of the component. Events come one by one, in the order of what happened. */
export interface GroupLink {
  send(command: LinkCommand): void
  /** Ends it with all its members, as a crash would: call `leave` before to go in peace. */
  close(): void
}

/** Makes the other side. */
export type OpenGroupLink = (on: (event: LinkEvent) => void) => GroupLink
