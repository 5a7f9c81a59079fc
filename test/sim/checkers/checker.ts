/** What a checker sees of a simulated world, and when. It throws a Violation that bears its name. */
import type { Ballot } from '../../../groups/ballot.js'
import type { CoreEffect, CoreInput } from '../../../groups/core.js'
import type { GroupMessage } from '../../../groups/messages.js'
import type { Done } from '../component.js'
import type { Plan } from '../plan.js'
import type { SimProcess } from '../process.js'

/** What checkers may know of the world: all of it. */
export interface Scene {
  readonly plan: Plan
  /** All that live, by their ids. */
  readonly processes: ReadonlyMap<string, SimProcess>
}

/** A message as it leaves. */
export interface Said {
  readonly from: SimProcess
  /** Undefined where it goes to all. */
  readonly to: string | undefined
  readonly message: GroupMessage
  /** By the clock of the sender. */
  readonly monoMs: number
}

export interface Stepped {
  readonly process: SimProcess
  /** Milliseconds of the world. */
  readonly atMs: number
  readonly inputs: readonly CoreInput[]
  readonly effects: readonly CoreEffect[]
  /** The ballot in which it acted until this step. */
  readonly actedIn: Ballot | undefined
}

export interface Acted {
  readonly process: SimProcess
  /** Milliseconds of the world. */
  readonly atMs: number
  readonly done: Done
}

export interface Checker {
  /** A process has started. */
  started?(process: SimProcess): void
  /** A process has moved, and says this; before stepped() of the same step. */
  said?(said: Said): void
  /** A process has moved. */
  stepped?(stepped: Stepped): void
  /** A process acted on an action, or missed it. */
  acted?(acted: Acted): void
  /** An event is over; these act as leaders now. */
  check?(acting: readonly Acting[]): void
}

export interface Acting {
  readonly process: SimProcess
  readonly ballot: Ballot
}

/** Whether it began to lead in this step. */
export function wins({ process, effects }: Stepped): boolean {
  return (
    process.core.isLeading && effects.some((effect) => effect.kind === 'leader' && effect.id === process.id)
  )
}
