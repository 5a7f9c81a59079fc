/**
 * A model of RIAPS as it was read, checked for nothing but its form: what `parseModel` makes of a `.riaps`
 * file, and `modelOfJson` of what RIAPS's own compiler writes. Times are milliseconds, sizes bytes.
 */
import type { Place } from './problem.js'

/** A name and where it stands. */
export interface Named {
  readonly name: string
  readonly at: Place
}

export type Value = number | string | boolean

/** A parameter of a component or an actor. */
export interface Formal extends Named {
  readonly fallback: Value | undefined
}

export const portKinds = ['pub', 'sub', 'clt', 'srv', 'req', 'rep', 'qry', 'ans', 'timer', 'inside'] as const
export type PortKind = (typeof portKinds)[number]

export interface PortModel extends Named {
  readonly kind: PortKind
  /** One of pub and sub, two of those that ask and answer, none of the others. */
  readonly messages: readonly Named[]
  readonly timed: boolean
  /** Of a timer; undefined of one that is sporadic. */
  readonly periodMs: number | undefined
  readonly deadlineMs: number | undefined
}

export interface ComponentModel extends Named {
  readonly isDevice: boolean
  readonly formals: readonly Formal[]
  readonly language: 'py' | 'cpp' | undefined
  readonly scheduler: 'rr' | 'priority' | undefined
  readonly ports: readonly PortModel[]
}

/** What an instance is given: a value, or a parameter of its actor. */
export interface Actual extends Named {
  readonly value: Value | undefined
  readonly param: Named | undefined
}

export interface Instance extends Named {
  readonly type: Named
  readonly actuals: readonly Actual[]
}

/** What an actor may use. */
export interface Usage {
  /** Percent of a processor; `max` is the monitored kind. */
  readonly cpu?: { readonly percent: number; readonly max: boolean }
  readonly memory?: number
  readonly disk?: number
  /** Bytes a second. */
  readonly network?: { readonly rate: number; readonly ceil: number; readonly burst: number }
}

export interface ActorModel extends Named {
  readonly isRealTime: boolean
  readonly formals: readonly Formal[]
  readonly locals: readonly Named[]
  readonly internals: readonly Named[]
  readonly usage: Usage
  /** Of the process; a priority of `SCHED_FIFO`, or `rr`. */
  readonly scheduler: 'rr' | number | undefined
  readonly instances: readonly Instance[]
}

export const timingNames = [
  'heartbeat',
  'electionMin',
  'electionMax',
  'peerTimeout',
  'consensusTimeout',
] as const
export type TimingName = (typeof timingNames)[number]

export interface GroupModel extends Named {
  readonly kind: 'default' | 'leader' | 'consensus'
  readonly message: Named
  readonly timed: boolean
  /** Those that the model gives. */
  readonly timing: Readonly<Partial<Record<TimingName, number>>>
}

export interface AppModel extends Named {
  readonly messages: readonly Named[]
  readonly groups: readonly GroupModel[]
  readonly libraries: readonly Named[]
  readonly components: readonly ComponentModel[]
  readonly actors: readonly ActorModel[]
}
