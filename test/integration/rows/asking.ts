/** The three ways to ask, as one: for tests of what holds for all of them. */
import type { AskingOptions, AskingPort, AskOptions } from '../../../ports/asking-port.js'
import { Clt } from '../../../ports/clt.js'
import { Qry } from '../../../ports/qry.js'
import { Req } from '../../../ports/req.js'
import { Answer, Question } from '../../support/messages.js'
import type { BoundKind } from './bound.js'

type Asking = AskingPort<{ n: number; by?: string | undefined }, { n: number; by?: string | undefined }>

/** A port that asks. */
export interface AskingEnd {
  readonly port: Asking
  ask(n: number, options?: AskOptions): Promise<unknown>
  /** Answers that reached the caller or the handler. */
  readonly delivered: number[]
}

export interface AskingKind {
  readonly title: string
  /** The kind that answers. */
  readonly bound: BoundKind
  make(options?: AskingOptions): AskingEnd
}

export const askingKinds: readonly AskingKind[] = [
  {
    title: 'qry.ask()',
    bound: 'ans',
    make: (options) => {
      const delivered: number[] = []
      // What is late must not come this way either.
      const port = new Qry(Question, Answer, ({ n }) => delivered.push(n), options)
      const ask = (n: number, o?: AskOptions) => port.ask({ n }, o).then((a) => delivered.push(a.n))
      return { port, delivered, ask }
    },
  },
  {
    title: 'req.send()',
    bound: 'rep',
    make: (options) => {
      const delivered: number[] = []
      const port = new Req(Question, Answer, ({ n }) => delivered.push(n), options)
      return { port, delivered, ask: (n, o) => port.send({ n }, o) }
    },
  },
  {
    title: 'clt.call()',
    bound: 'srv',
    make: (options) => {
      const delivered: number[] = []
      const port = new Clt(Question, Answer, options)
      const ask = (n: number, o?: AskOptions) => port.call({ n }, o).then((a) => delivered.push(a.n))
      return { port, delivered, ask }
    },
  },
]
