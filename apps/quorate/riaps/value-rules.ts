/** The part of the grammar of `.riaps` that is about values: numbers, units, parameters and what they get. */
import { EmbeddedActionsParser, type IToken } from 'chevrotain'
import type { Actual, Formal, Named, Usage, Value } from './model.js'
import type { Problem } from './problem.js'
import { messages, named, placeOf, truthOf, unquoted } from './reading.js'
import { Name, Numeral, riapsTokens, Text, word } from './tokens.js'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

const KIB = 1024

export abstract class ValueRules extends EmbeddedActionsParser {
  /** Mistakes in what the grammar takes, as a period of half a millisecond. */
  problems: Problem[] = []

  protected constructor() {
    super(riapsTokens, { recoveryEnabled: true, maxLookahead: 1, errorMessageProvider: messages })
  }

  protected readonly names = this.RULE('names', (): Named[] => {
    const found: Named[] = []
    this.MANY_SEP({ SEP: word(','), DEF: () => found.push(named(this.CONSUME(Name))) })
    return found
  })

  protected readonly formals = this.RULE('formals', (): Formal[] => {
    const found: Formal[] = []
    this.CONSUME(word('('))
    this.MANY_SEP({ SEP: word(','), DEF: () => found.push(this.SUBRULE(this.formal)) })
    this.CONSUME(word(')'))
    return found
  })

  protected readonly formal = this.RULE('formal', (): Formal => {
    const name = named(this.CONSUME(Name))
    const fallback = this.OPTION(() => {
      this.CONSUME(word('='))
      const given = this.SUBRULE(this.value)
      return this.ACTION(() => (given?.param ? this.#refuse(given.param) : given?.value))
    })
    return { ...name, fallback }
  })

  protected readonly actuals = this.RULE('actuals', (): Actual[] => {
    const found: Actual[] = []
    this.CONSUME(word('('))
    this.MANY_SEP({ SEP: word(','), DEF: () => found.push(this.SUBRULE(this.actual)) })
    this.CONSUME(word(')'))
    return found
  })

  protected readonly actual = this.RULE('actual', (): Actual => {
    const name = named(this.CONSUME(Name))
    this.CONSUME(word('='))
    return { ...name, ...this.SUBRULE(this.value) }
  })

  /** A name is the parameter of that name. */
  protected readonly value = this.RULE('value', (): { value: Value | undefined; param: Named | undefined } =>
    this.OR([
      { ALT: () => ({ value: unquoted(this.CONSUME(Text)), param: undefined }) },
      { ALT: () => ({ value: Number(this.CONSUME(Numeral).image), param: undefined }) },
      {
        ALT: () => {
          const token = this.CONSUME(Name)
          const value = truthOf(token.image)
          return { value, param: value === undefined ? named(token) : undefined }
        },
      },
    ]),
  )

  protected readonly timeMs = this.RULE('timeMs', (): number => {
    const token = this.CONSUME(Numeral)
    const factor = this.OPTION(() => this.SUBRULE(this.timeUnit)) ?? 1
    return this.ACTION(() => this.whole(token)) * factor
  })

  protected readonly timeUnit = this.RULE('timeUnit', (): number =>
    this.OR([
      { ALT: () => this.#factor(this.CONSUME(word('msec')), 1) },
      { ALT: () => this.#factor(this.CONSUME(word('sec')), 1000) },
      { ALT: () => this.#factor(this.CONSUME(word('min')), 60_000) },
    ]),
  )

  /** All that stands in `uses { … }`; what is said twice counts as it was said last. */
  protected readonly usage = this.RULE('usage', (): Usage => {
    const usage: Mutable<Usage> = {}
    this.CONSUME(word('uses'))
    this.CONSUME(word('{'))
    this.MANY(() => {
      this.OR([
        { ALT: () => Object.assign(usage, this.SUBRULE(this.cpu)) },
        { ALT: () => Object.assign(usage, this.SUBRULE(this.memory)) },
        { ALT: () => Object.assign(usage, this.SUBRULE(this.disk)) },
        { ALT: () => Object.assign(usage, this.SUBRULE(this.network)) },
      ])
      this.CONSUME(word(';'))
    })
    this.CONSUME(word('}'))
    return usage
  })

  protected readonly cpu = this.RULE('cpu', (): Usage => {
    this.CONSUME(word('cpu'))
    const max = this.OPTION(() => this.CONSUME(word('max'))) !== undefined
    const percent = this.CONSUME(Numeral)
    this.CONSUME(word('%'))
    this.OPTION1(() => {
      this.CONSUME(word('over'))
      this.SUBRULE(this.timeMs)
    })
    return { cpu: { percent: this.ACTION(() => this.whole(percent)), max } }
  })

  protected readonly memory = this.RULE('memory', (): Usage => {
    this.CONSUME(word('mem'))
    return { memory: this.SUBRULE(this.bytes) }
  })

  protected readonly disk = this.RULE('disk', (): Usage => {
    this.CONSUME(word('space'))
    return { disk: this.SUBRULE(this.bytes) }
  })

  /** Megabytes where nothing else is said: RIAPS means that, too, and fails. */
  protected readonly bytes = this.RULE('bytes', (): number => {
    const token = this.CONSUME(Numeral)
    const unit = this.OPTION(() =>
      this.OR([
        { ALT: () => this.#factor(this.CONSUME(word('kb')), KIB) },
        { ALT: () => this.#factor(this.CONSUME(word('mb')), KIB ** 2) },
        { ALT: () => this.#factor(this.CONSUME(word('gb')), KIB ** 3) },
      ]),
    )
    return this.ACTION(() => this.whole(token)) * (unit ?? KIB ** 2)
  })

  protected readonly network = this.RULE('network', (): Usage => {
    this.CONSUME(word('net'))
    this.CONSUME(word('rate'))
    const rate = this.SUBRULE(this.rate)
    const ceil = this.OPTION(() => {
      this.CONSUME(word('ceil'))
      return this.SUBRULE1(this.rate)
    })
    const burst = this.OPTION1(() => {
      this.CONSUME(word('burst'))
      const token = this.CONSUME(Numeral)
      this.OR([{ ALT: () => this.CONSUME(word('kb')) }, { ALT: () => this.CONSUME(word('k')) }])
      return Number(token.image) * KIB
    })
    return { network: { rate, ceil: ceil ?? 0, burst: burst ?? 0 } }
  })

  /** Bytes a second: so RIAPS computes them, and so `tc` takes its units. */
  protected readonly rate = this.RULE('rate', (): number => {
    const token = this.CONSUME(Numeral)
    const factor = this.OR([
      { ALT: () => this.#factor(this.CONSUME(word('kbps')), KIB) },
      { ALT: () => this.#factor(this.CONSUME(word('mbps')), KIB ** 2) },
    ])
    return Math.trunc(Number(token.image) * factor)
  })

  /** The value of a number that has no fraction, and no sign. */
  protected whole(token: IToken): number {
    const value = Number(token.image)
    if (!Number.isSafeInteger(value) || value < 0) {
      this.problems.push({ at: placeOf(token), text: `expected a whole number, found '${token.image}'` })
    }
    return value
  }

  #factor(_unit: IToken, factor: number): number {
    return factor
  }

  #refuse({ name, at }: Named): undefined {
    this.problems.push({ at, text: `expected a value as default, found the name '${name}'` })
  }
}
