/**
 * The grammar of `.riaps`. It differs from RIAPS's own in what it takes besides: the parts of an app in any
 * order, and numbers with their units joined on. After a mistake it goes on, to find the others.
 */
import type { IToken } from 'chevrotain'
import type {
  ActorModel,
  AppModel,
  ComponentModel,
  GroupModel,
  Instance,
  Named,
  TimingName,
} from './model.js'
import { PortRules } from './port-rules.js'
import { ModelRefused } from './problem.js'
import { lexingProblems, named, parsed, parsingProblems, requireBounds, unquoted } from './reading.js'
import { Name, Numeral, riapsLexer, Text, word } from './tokens.js'

type Parts<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] }

class ModelParser extends PortRules {
  constructor() {
    super()
    this.performSelfAnalysis()
  }

  readonly model = this.RULE('model', (): AppModel[] => {
    const apps: AppModel[] = []
    this.AT_LEAST_ONE(() => apps.push(this.SUBRULE(this.app)))
    return apps
  })

  private readonly app = this.RULE('app', (): AppModel => {
    this.CONSUME(word('app'))
    const name = named(this.CONSUME(Name))
    const parts: Parts<Omit<AppModel, keyof Named>> = {
      ...{ messages: [], groups: [], libraries: [], components: [], actors: [] },
    }
    this.CONSUME(word('{'))
    this.MANY(() => {
      this.OR([
        { ALT: () => parts.messages.push(this.SUBRULE(this.message)) },
        { ALT: () => parts.groups.push(this.SUBRULE(this.group)) },
        { ALT: () => parts.libraries.push(this.SUBRULE(this.library)) },
        { ALT: () => parts.components.push(this.SUBRULE(this.component)) },
        { ALT: () => parts.actors.push(this.SUBRULE(this.actor)) },
      ])
    })
    this.CONSUME(word('}'))
    return { ...name, ...parts }
  })

  private readonly message = this.RULE('message', (): Named => {
    this.CONSUME(word('message'))
    const name = named(this.CONSUME(Name))
    this.CONSUME(word(';'))
    return name
  })

  private readonly library = this.RULE('library', (): Named => {
    this.CONSUME(word('library'))
    const name = this.OR([
      { ALT: () => named(this.CONSUME(Name)) },
      {
        ALT: () => {
          const token = this.CONSUME(Text)
          return { ...named(token), name: unquoted(token) }
        },
      },
    ])
    this.CONSUME(word(';'))
    return name
  })

  private readonly group = this.RULE('group', (): GroupModel => {
    const timing: GroupModel['timing'] = {}
    this.CONSUME(word('group'))
    const name = named(this.CONSUME(Name))
    const kind = this.OPTION(() => this.SUBRULE(this.groupKind)) ?? 'default'
    this.CONSUME(word('using'))
    const message = named(this.CONSUME1(Name))
    const timed = this.OPTION1(() => this.CONSUME(word('timed'))) !== undefined
    this.MANY_SEP({
      SEP: word(','),
      DEF: () => Object.assign(timing, this.SUBRULE(this.groupTime)),
    })
    this.CONSUME(word(';'))
    return { ...name, kind, message, timed, timing }
  })

  private readonly groupKind = this.RULE('groupKind', (): GroupModel['kind'] => {
    this.CONSUME(word('with'))
    return this.OR([
      { ALT: () => this.#meaning<GroupModel['kind']>('leader', this.CONSUME(word('leader'))) },
      { ALT: () => this.#meaning<GroupModel['kind']>('consensus', this.CONSUME(word('consensus'))) },
    ])
  })

  private readonly groupTime = this.RULE('groupTime', (): GroupModel['timing'] => {
    const name = this.OR([
      { ALT: () => this.#meaning<TimingName>('heartbeat', this.CONSUME(word('heartbeat'))) },
      { ALT: () => this.#meaning<TimingName>('electionMin', this.CONSUME(word('electionMin'))) },
      { ALT: () => this.#meaning<TimingName>('electionMax', this.CONSUME(word('electionMax'))) },
      { ALT: () => this.#meaning<TimingName>('peerTimeout', this.CONSUME(word('peerTimeout'))) },
      { ALT: () => this.#meaning<TimingName>('consensusTimeout', this.CONSUME(word('consensusTimeout'))) },
    ])
    this.CONSUME(word('='))
    const token = this.CONSUME(Numeral)
    return { [name]: this.ACTION(() => this.whole(token)) }
  })

  private readonly component = this.RULE('component', (): ComponentModel => {
    const isDevice = this.OR([
      { ALT: () => this.#meaning(false, this.CONSUME(word('component'))) },
      { ALT: () => this.#meaning(true, this.CONSUME(word('device'))) },
    ])
    const name = named(this.CONSUME(Name))
    const formals = this.OPTION(() => this.SUBRULE(this.formals)) ?? []
    const language = this.OPTION1(() => {
      this.CONSUME(word('in'))
      return this.SUBRULE(this.language)
    })
    const scheduler = this.OPTION2(() => this.SUBRULE(this.componentScheduler))
    const ports: ComponentModel['ports'][number][] = []
    this.CONSUME(word('{'))
    this.MANY(() => ports.push(this.SUBRULE(this.port)))
    this.CONSUME(word('}'))
    return { ...name, isDevice, formals, language, scheduler, ports }
  })

  private readonly language = this.RULE('language', (): 'py' | 'cpp' =>
    this.OR([
      { ALT: () => this.#meaning('py', this.CONSUME(word('python'))) },
      { ALT: () => this.#meaning('py', this.CONSUME(word('Python'))) },
      { ALT: () => this.#meaning('py', this.CONSUME(word('py'))) },
      { ALT: () => this.#meaning('cpp', this.CONSUME(word('c++'))) },
      { ALT: () => this.#meaning('cpp', this.CONSUME(word('C++'))) },
      { ALT: () => this.#meaning('cpp', this.CONSUME(word('cpp'))) },
    ]),
  )

  private readonly componentScheduler = this.RULE('componentScheduler', (): 'rr' | 'priority' => {
    this.CONSUME(word('scheduler'))
    const scheduler = this.OR([
      { ALT: () => this.#meaning<'rr' | 'priority'>('rr', this.CONSUME(word('rr'))) },
      { ALT: () => this.#meaning<'rr' | 'priority'>('priority', this.CONSUME(word('priority'))) },
    ])
    this.CONSUME(word(';'))
    return scheduler
  })

  private readonly actor = this.RULE('actor', (): ActorModel => {
    const isRealTime = this.OPTION(() => this.CONSUME(word('real-time'))) !== undefined
    this.CONSUME(word('actor'))
    const name = named(this.CONSUME(Name))
    const formals = this.OPTION1(() => this.SUBRULE(this.formals)) ?? []
    this.CONSUME(word('{'))
    const locals = this.OPTION2(() => this.SUBRULE(this.locals)) ?? []
    const internals = this.OPTION3(() => this.SUBRULE(this.internals)) ?? []
    const usage = this.OPTION4(() => this.SUBRULE(this.usage)) ?? {}
    const scheduler = this.OPTION5(() => this.SUBRULE(this.actorScheduler))
    const instances: Instance[] = []
    this.CONSUME1(word('{'))
    this.MANY(() => instances.push(this.SUBRULE(this.instance)))
    this.CONSUME(word('}'))
    this.CONSUME1(word('}'))
    return { ...name, isRealTime, formals, locals, internals, usage, scheduler, instances }
  })

  private readonly locals = this.RULE('locals', (): Named[] => {
    this.CONSUME(word('local'))
    const found = this.SUBRULE(this.names)
    this.CONSUME(word(';'))
    return found
  })

  private readonly internals = this.RULE('internals', (): Named[] => {
    this.CONSUME(word('internal'))
    const found = this.SUBRULE(this.names)
    this.CONSUME(word(';'))
    return found
  })

  private readonly actorScheduler = this.RULE('actorScheduler', (): 'rr' | number => {
    this.CONSUME(word('scheduler'))
    const scheduler = this.OR<'rr' | number>([
      { ALT: () => this.#meaning<'rr'>('rr', this.CONSUME(word('rr'))) },
      {
        ALT: () => {
          this.CONSUME(word('priority'))
          const token = this.CONSUME(Numeral)
          return this.ACTION(() => this.whole(token))
        },
      },
    ])
    this.CONSUME(word(';'))
    return scheduler
  })

  private readonly instance = this.RULE('instance', (): Instance => {
    const name = named(this.CONSUME(Name))
    this.CONSUME(word(':'))
    const type = named(this.CONSUME1(Name))
    const actuals = this.OPTION(() => this.SUBRULE(this.actuals)) ?? []
    this.CONSUME(word(';'))
    return { ...name, type, actuals }
  })

  #meaning<T>(meaning: T, _token: IToken): T {
    return meaning
  }
}

let parser: ModelParser | undefined

/** The apps of a `.riaps` file. @throws ModelRefused with all that is wrong with its form. */
export function parseModel(text: string, file: string): AppModel[] {
  requireBounds(file, text)
  const lexed = riapsLexer.tokenize(text)
  parser ??= new ModelParser()
  parser.problems = []
  parser.input = lexed.tokens
  const reader = parser
  const apps = parsed(() => reader.model())
  const problems = [...lexingProblems(lexed), ...parsingProblems(text, parser.errors), ...parser.problems]
  if (!apps || problems.length > 0) throw new ModelRefused(file, problems)
  return apps
}
