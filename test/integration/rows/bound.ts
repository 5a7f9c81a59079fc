/** The binding kinds for the tests of rows, in this process or in one of their own. */
import { Ans } from '../../../ports/ans.js'
import type { PeerPort, Port, PortOptions } from '../../../ports/port.js'
import { Pub } from '../../../ports/pub.js'
import { Rep } from '../../../ports/rep.js'
import { Srv } from '../../../ports/srv.js'
import { Answer, Question, Reading } from '../../support/messages.js'
import { Program } from '../../support/program.js'

export const boundKinds = ['pub', 'rep', 'srv', 'ans'] as const
export type BoundKind = (typeof boundKinds)[number]

export function isBoundKind(text: string): text is BoundKind {
  return boundKinds.some((kind) => kind === text)
}

export interface Bound {
  readonly port: Port
  /** What it was asked. */
  readonly asked: number[]
  /** Of a pub: sends a number. */
  publish(n: number): void
}

type Asked = { n: number }

/** A port that answers a number with its double, and one below 0 never. */
export function bound(kind: BoundKind, options: PortOptions = {}): Bound {
  const asked: number[] = []
  const publish = (): void => undefined
  const doubled = ({ n }: Asked): Asked | Promise<Asked> => {
    asked.push(n)
    return n < 0 ? new Promise(() => undefined) : { n: n * 2 }
  }
  if (kind === 'pub') {
    const port = new Pub(Reading, options)
    return { port, asked, publish: (n) => port.send({ n }) }
  }
  if (kind === 'rep') return { port: new Rep(Question, Answer, doubled, options), asked, publish }
  if (kind === 'srv') return { port: new Srv(Question, Answer, doubled, options), asked, publish }
  const answer = ({ n }: Asked, reply: (answer: Asked) => boolean): void => {
    asked.push(n)
    if (n >= 0) reply({ n: n * 2 })
  }
  const port = new Ans(Question, Answer, answer, options)
  return { port, asked, publish }
}

/** Binding ports in processes of their own, for one test; `end()` kills what is left of them. */
export class BoundPrograms {
  readonly #programs: Program[] = []

  async start(kind: BoundKind, options: PortOptions = {}): Promise<{ program: Program; peer: PeerPort }> {
    const args = [kind, JSON.stringify(options)]
    const program = new Program(new URL('programs/bound.ts', import.meta.url), args)
    this.#programs.push(program)
    const peer: PeerPort = JSON.parse(await program.hear())
    return { program, peer }
  }

  readonly end = async (): Promise<void> => {
    for (const program of this.#programs.splice(0)) await program.kill()
  }
}
