/** The part of the grammar of `.riaps` that is about ports. */
import type { Named, PortKind, PortModel } from './model.js'
import { named } from './reading.js'
import { Name, word } from './tokens.js'
import { ValueRules } from './value-rules.js'

export abstract class PortRules extends ValueRules {
  protected readonly port = this.RULE('port', (): PortModel => {
    const port = this.OR([
      { ALT: () => this.SUBRULE(this.oneWay) },
      { ALT: () => this.SUBRULE(this.twoWays) },
      { ALT: () => this.SUBRULE(this.timer) },
      { ALT: () => this.SUBRULE(this.inside) },
    ])
    this.CONSUME(word(';'))
    return port
  })

  /** pub and sub; a pub has no handler, and so no deadline. */
  protected readonly oneWay = this.RULE('oneWay', (): PortModel => {
    const kind = this.OR([
      { ALT: () => this.#kind('pub', this.CONSUME(word('pub'))) },
      { ALT: () => this.#kind('sub', this.CONSUME(word('sub'))) },
    ])
    const name = named(this.CONSUME(Name))
    this.CONSUME(word(':'))
    const messages = [named(this.CONSUME1(Name))]
    const timed = this.#isTimed()
    const deadline = this.OPTION1({
      GATE: () => kind !== 'pub',
      DEF: () => this.SUBRULE(this.deadline),
    })
    return { ...name, kind, messages, timed, periodMs: undefined, deadlineMs: deadline }
  })

  protected readonly twoWays = this.RULE('twoWays', (): PortModel => {
    const kind = this.SUBRULE(this.askingKind)
    const name = named(this.CONSUME(Name))
    this.CONSUME(word(':'))
    this.CONSUME(word('('))
    const query = named(this.CONSUME1(Name))
    this.CONSUME(word(','))
    const answer = named(this.CONSUME2(Name))
    this.CONSUME(word(')'))
    const timed = this.#isTimed()
    const deadline = this.OPTION1({
      GATE: () => kind !== 'clt',
      DEF: () => this.SUBRULE(this.deadline),
    })
    return { ...name, kind, messages: [query, answer], timed, periodMs: undefined, deadlineMs: deadline }
  })

  protected readonly askingKind = this.RULE(
    'askingKind',
    (): PortKind =>
      this.OR([
        { ALT: () => this.#kind('clt', this.CONSUME(word('clt'))) },
        { ALT: () => this.#kind('srv', this.CONSUME(word('srv'))) },
        { ALT: () => this.#kind('req', this.CONSUME(word('req'))) },
        { ALT: () => this.#kind('rep', this.CONSUME(word('rep'))) },
        { ALT: () => this.#kind('qry', this.CONSUME(word('qry'))) },
        { ALT: () => this.#kind('ans', this.CONSUME(word('ans'))) },
      ]),
  )

  /** Without a period, or with one of 0, it is sporadic. */
  protected readonly timer = this.RULE('timer', (): PortModel => {
    this.CONSUME(word('timer'))
    const name = named(this.CONSUME(Name))
    const period = this.OPTION(() => this.SUBRULE(this.timeMs))
    const deadline = this.OPTION1(() => this.SUBRULE(this.deadline))
    const periodMs = period || undefined
    return { ...name, kind: 'timer', messages: NONE, timed: false, periodMs, deadlineMs: deadline }
  })

  protected readonly inside = this.RULE('inside', (): PortModel => {
    this.CONSUME(word('inside'))
    const name = named(this.CONSUME(Name))
    this.OPTION(() => this.CONSUME(word('default')))
    const [periodMs, deadlineMs] = [undefined, undefined]
    return { ...name, kind: 'inside', messages: NONE, timed: false, periodMs, deadlineMs }
  })

  /** 0 is none. */
  protected readonly deadline = this.RULE('deadline', (): number | undefined => {
    this.CONSUME(word('within'))
    return this.SUBRULE(this.timeMs) || undefined
  })

  #isTimed(): boolean {
    return this.OPTION(() => this.CONSUME(word('timed'))) !== undefined
  }

  #kind(kind: PortKind, _token: unknown): PortKind {
    return kind
  }
}

const NONE: readonly Named[] = []
