/** The grammar of `.depl`, for deployments of RIAPS. After a mistake it goes on, to find the others. */
import { EmbeddedActionsParser } from 'chevrotain'
import { deplLexer, deplTokens, marks, Text, Word, words } from './depl-tokens.js'
import type { Named, Value } from './model.js'
import { ModelRefused } from './problem.js'
import {
  lexingProblems,
  messages,
  named,
  parsed,
  parsingProblems,
  requireBounds,
  truthOf,
  unquoted,
} from './reading.js'

export interface DeplActual extends Named {
  readonly value: Value
}

export interface DeplActor extends Named {
  readonly actuals: readonly DeplActual[]
}

export interface DeplPlacement {
  readonly hosts: 'all' | readonly Named[]
  readonly actors: readonly DeplActor[]
}

export interface DeplHost {
  readonly host: 'all' | Named
  /** What it may reach; undefined where nothing is said. */
  readonly network: readonly string[] | undefined
}

export interface Depl extends Named {
  readonly hosts: readonly DeplHost[]
  readonly placements: readonly DeplPlacement[]
}

class DeplParser extends EmbeddedActionsParser {
  constructor() {
    super(deplTokens, { recoveryEnabled: true, maxLookahead: 1, errorMessageProvider: messages })
    this.performSelfAnalysis()
  }

  readonly depl = this.RULE('depl', (): Depl => {
    const hosts: DeplHost[] = []
    const placements: DeplPlacement[] = []
    this.CONSUME(words.app)
    const name = named(this.CONSUME(Word))
    this.CONSUME(marks['{'])
    this.MANY(() =>
      this.OR([
        { ALT: () => hosts.push(this.SUBRULE(this.host)) },
        { ALT: () => placements.push(this.SUBRULE(this.placement)) },
      ]),
    )
    this.CONSUME(marks['}'])
    return { ...name, hosts, placements }
  })

  private readonly host = this.RULE('host', (): DeplHost => {
    this.CONSUME(words.host)
    const host = named(this.CONSUME(Word))
    const network = this.OR([
      { ALT: () => this.SUBRULE(this.network) },
      {
        ALT: () => {
          this.CONSUME(marks[';'])
          return undefined
        },
      },
    ])
    return { host: host.name === 'all' ? 'all' : host, network }
  })

  private readonly network = this.RULE('network', (): readonly string[] | undefined => {
    this.CONSUME(marks['{'])
    const reached = this.OPTION(() => {
      this.CONSUME(words.network)
      const names: string[] = []
      this.AT_LEAST_ONE_SEP({ SEP: marks[','], DEF: () => names.push(this.CONSUME(Word).image) })
      this.CONSUME(marks[';'])
      return names
    })
    this.CONSUME(marks['}'])
    return reached
  })

  private readonly placement = this.RULE('placement', (): DeplPlacement => {
    const actors: DeplActor[] = []
    this.CONSUME(words.on)
    const hosts = this.OR<'all' | Named[]>([
      {
        ALT: () => {
          this.CONSUME(words.all)
          return 'all'
        },
      },
      { ALT: () => this.SUBRULE(this.hosts) },
    ])
    this.AT_LEAST_ONE_SEP({ SEP: marks[','], DEF: () => actors.push(this.SUBRULE(this.actor)) })
    this.CONSUME(marks[';'])
    return { hosts, actors }
  })

  private readonly hosts = this.RULE('hosts', (): Named[] => {
    const hosts: Named[] = []
    this.CONSUME(marks['('])
    this.AT_LEAST_ONE_SEP({ SEP: marks[','], DEF: () => hosts.push(named(this.CONSUME(Word))) })
    this.CONSUME(marks[')'])
    return hosts
  })

  private readonly actor = this.RULE('actor', (): DeplActor => {
    const name = named(this.CONSUME(Word))
    const actuals = this.OPTION(() => this.SUBRULE(this.actuals)) ?? []
    return { ...name, actuals }
  })

  private readonly actuals = this.RULE('actuals', (): DeplActual[] => {
    const actuals: DeplActual[] = []
    this.CONSUME(marks['('])
    this.MANY_SEP({ SEP: marks[','], DEF: () => actuals.push(this.SUBRULE(this.actual)) })
    this.CONSUME(marks[')'])
    return actuals
  })

  private readonly actual = this.RULE('actual', (): DeplActual => {
    const name = named(this.CONSUME(Word))
    this.CONSUME(marks['='])
    const value = this.OR([
      { ALT: () => unquoted(this.CONSUME(Text)) },
      { ALT: () => meant(this.CONSUME1(Word).image) },
    ])
    return { ...name, value }
  })
}

/** As RIAPS reads a word: a number or a truth where it looks like one, else a text. */
function meant(word: string): Value {
  const truth = truthOf(word)
  if (truth !== undefined) return truth
  return /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$/.test(word) ? Number(word) : word
}

let parser: DeplParser | undefined

/** @throws ModelRefused with all that is wrong with its form. */
export function parseDepl(text: string, file: string): Depl {
  requireBounds(file, text)
  const lexed = deplLexer.tokenize(text)
  parser ??= new DeplParser()
  parser.input = lexed.tokens
  const reader = parser
  const depl = parsed(() => reader.depl())
  const problems = [...lexingProblems(lexed), ...parsingProblems(text, parser.errors)]
  if (!depl || problems.length > 0) throw new ModelRefused(file, problems)
  return depl
}
