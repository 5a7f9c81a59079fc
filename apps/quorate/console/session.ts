/**
 * Carries out the lines of a console, one after another: those of its own, and those that become commands of
 * the actor in use. What there is to say is given back; nothing is printed here.
 */
import { ActorCommand, ApiCommand, ApiCommandRequestResult, type ApiReply } from '../../../control/index.js'
import type { ControlOutline } from '../../../runtime/index.js'
import { describeFailure, exitCodes } from '../failure.js'
import { type Candidates, candidatesFor } from './candidates.js'
import type { Connection, Connections } from './connections.js'
import { argumentsIn, LineError, valueIn, type Word, wordsOf } from './line.js'
import { isOutline } from './outline.js'
import { commandLines, propertyLines } from './outline-text.js'
import { verbs } from './verbs.js'

/** What a line led to. */
export interface Outcome {
  readonly exitCode: number
  /** For programs, and shown to people as it is. */
  readonly value?: unknown
  /** For people, instead of the value. */
  readonly text?: string
  /** What went wrong. */
  readonly problem?: string
  /** The console ends. */
  readonly isOver?: boolean
}

export interface SessionOptions {
  readonly connections: Connections
  /** Told whether events are to be shown. */
  showEvents(on: boolean): void
  /** Told who is commanded from now on. */
  used(name: string): void
  /** Resolves when an event of this kind came; false where none did in time. */
  waitFor(kind: string, withinMs: number): Promise<boolean>
}

const DONE: Outcome = { exitCode: exitCodes.ok }
const WAIT_S = 60

type Run = (this: Session, words: readonly Word[]) => Outcome | Promise<Outcome>

export class Session {
  readonly #options: SessionOptions
  #outline: ControlOutline | undefined

  constructor(options: SessionOptions) {
    this.#options = options
  }

  /** Words that may stand at the end of a line. */
  candidates(line: string): Candidates {
    const actors = this.#options.connections.names
    return candidatesFor(line, { outline: this.#outline, actors })
  }

  /** Connects to an actor: by its name, its id, or its address. */
  async use(target: string): Promise<Outcome> {
    this.#outline = undefined
    const connection = await this.#options.connections.use(target)
    this.#options.used(connection.name)
    await this.#learn(connection)
    return { exitCode: exitCodes.ok, text: `commands go to ${connection.name} now` }
  }

  /** Carries out a line. Never rejects. */
  async run(line: string): Promise<Outcome> {
    try {
      const words = wordsOf(line)
      const [verb, ...rest] = words
      if (!verb) return DONE
      const run = RUNS.get(verb.text)
      if (run) return await run.call(this, rest)
      if (verb.text.includes('.')) return await this.call(words)
      return misused(`there is no ${JSON.stringify(verb.text)}; help lists what there is`)
    } catch (error) {
      return problemOf(error)
    }
  }

  /** Has the actor run a command of one of its components. */
  async call([command, ...rest]: readonly Word[]): Promise<Outcome> {
    if (!command) return misused('call what? commands lists them')
    return this.own(ActorCommand.CALL, { name: command.text, args: argumentsIn(rest) ?? {} })
  }

  /** A command that every actor of quorate has. */
  own(customCommand: number, data: unknown): Promise<Outcome> {
    return this.send(ApiCommand.USER_DEFINED, { customCommand, data })
  }

  async send(
    command: number,
    { customCommand, data }: { customCommand?: number; data?: unknown },
  ): Promise<Outcome> {
    const { client } = await this.#options.connections.current()
    const reply = await client.run(command, {
      ...(customCommand === undefined ? {} : { customCommand }),
      ...(data === undefined ? {} : { data }),
    })
    return outcomeOf(reply)
  }

  async outline(): Promise<ControlOutline> {
    const outline = await this.#learn(await this.#options.connections.current())
    if (outline) return outline
    throw new LineError('this device does not tell what it can be commanded; send takes numbers')
  }

  async actors(): Promise<Outcome> {
    return { exitCode: exitCodes.ok, text: (await this.#options.connections.list()).join('\n') }
  }

  showEvents(on: boolean): Outcome {
    this.#options.showEvents(on)
    return DONE
  }

  async waitFor(kind: string, seconds: number): Promise<Outcome> {
    if (await this.#options.waitFor(kind, seconds * 1000)) return DONE
    return { exitCode: exitCodes.failure, problem: `no event ${kind} came within ${seconds} s` }
  }

  /** What the actor can be commanded; undefined for a device that is none of quorate. */
  async #learn({ client }: Connection): Promise<ControlOutline | undefined> {
    const reply = await client.request(ApiCommand.USER_DEFINED, { customCommand: ActorCommand.DESCRIBE })
    this.#outline = isOutline(reply.data) ? reply.data : undefined
    return this.#outline
  }
}

/** Commands of managers that take nothing. */
const PLAIN: Readonly<Record<string, number>> = {
  status: ApiCommand.GET_STATUS,
  config: ApiCommand.GET_CONFIGURATION,
  start: ApiCommand.START_ACQUISITION,
  stop: ApiCommand.STOP_ACQUISITION,
}

function plainRuns(): [string, Run][] {
  return Object.entries(PLAIN).map(([verb, command]) => [
    verb,
    function (words) {
      return words.length === 0 ? this.send(command, {}) : misused(`${verb} takes nothing`)
    },
  ])
}

const RUNS: ReadonlyMap<string, Run> = new Map<string, Run>([
  ['actors', Session.prototype.actors],
  [
    'use',
    function (words) {
      return this.use(one(words, 'use'))
    },
  ],
  ['call', Session.prototype.call],
  [
    'commands',
    async function () {
      const { commands } = await this.outline()
      return { ...DONE, value: commands, text: commandLines(commands).join('\n') }
    },
  ],
  [
    'properties',
    async function () {
      const { properties } = await this.outline()
      return { ...DONE, value: properties, text: propertyLines(properties).join('\n') }
    },
  ],
  [
    'get',
    function (words) {
      return this.own(ActorCommand.GET, { name: one(words, 'get') })
    },
  ],
  [
    'set',
    function ([property, value, ...more]) {
      if (!property || !value || more.length > 0) return misused('set <property> <value>')
      return this.own(ActorCommand.SET, { name: property.text, value: valueIn(value) })
    },
  ],
  ...plainRuns(),
  [
    'emergency',
    function (words) {
      const which = one(words, 'emergency')
      if (which === 'stop') return this.send(ApiCommand.EMERGENCY_STOP, {})
      if (which === 'resume') return this.send(ApiCommand.EMERGENCY_RESUME, {})
      return misused('emergency stop, or emergency resume')
    },
  ],
  [
    'send',
    function (words) {
      return sendWords(this, words)
    },
  ],
  [
    'group',
    function (words) {
      return groupWords(this, words)
    },
  ],
  [
    'events',
    function (words) {
      const which = one(words, 'events')
      return which === 'on' || which === 'off'
        ? this.showEvents(which === 'on')
        : misused('events on, or events off')
    },
  ],
  [
    'wait',
    function ([kind, seconds]) {
      const patience = seconds ? Number(seconds.text) : WAIT_S
      if (!kind || !(patience > 0)) return misused('wait <kind|name> [seconds]')
      return this.waitFor(kind.text, patience)
    },
  ],
  ['help', ([word]) => helpOf(word?.text)],
  ['quit', () => ({ ...DONE, isOver: true })],
  ['exit', () => ({ ...DONE, isOver: true })],
])

function sendWords(session: Session, [number, ...rest]: readonly Word[]): Outcome | Promise<Outcome> {
  const command = Number(number?.text)
  if (!Number.isSafeInteger(command)) return misused('send <number> [custom=<number>] [name=value …|{…}]')
  const [first, ...others] = rest
  const custom = first && /^custom=(\d+)$/.exec(first.text)?.[1]
  const data = argumentsIn(custom === undefined ? rest : others)
  return session.send(command, { data, ...(custom === undefined ? {} : { customCommand: Number(custom) }) })
}

function groupWords(session: Session, [group, verb, ...rest]: readonly Word[]): Outcome | Promise<Outcome> {
  const [what, ...options] = rest
  if (group && verb?.text === 'transfer' && options.length === 0) {
    return session.own(ActorCommand.GROUP_TRANSFER, { group: group.text, ...(what && { to: what.text }) })
  }
  if (group && verb?.text === 'vote' && what) {
    const given = argumentsIn(options)
    const extra = typeof given === 'object' && given !== null ? given : {}
    return session.own(ActorCommand.GROUP_VOTE, { group: group.text, topic: valueIn(what), ...extra })
  }
  return misused(`group ${verbs.get('group')?.usage ?? ''}`)
}

function one(words: readonly Word[], verb: string): string {
  const [word, ...more] = words
  if (word && more.length === 0) return word.text
  throw new LineError(`${verb} ${verbs.get(verb)?.usage ?? ''}`)
}

function helpOf(word: string | undefined): Outcome {
  const wanted = [...verbs].filter(([name]) => word === undefined || name === word)
  if (wanted.length === 0) return misused(`there is no ${JSON.stringify(word)}; help lists what there is`)
  const width = Math.max(...wanted.map(([name, { usage }]) => `${name} ${usage}`.length))
  const lines = wanted.map(([name, { usage, help }]) => `  ${`${name} ${usage}`.padEnd(width)}  ${help}`)
  return { ...DONE, text: lines.join('\n') }
}

function outcomeOf({ result, data, errorCode, errorMessage }: ApiReply): Outcome {
  const { SUCCESS, PENDING } = ApiCommandRequestResult
  if (result === SUCCESS || result === PENDING) return { exitCode: exitCodes.ok, value: data }
  const name = Object.entries(ApiCommandRequestResult).find(([, number]) => number === result)?.[0] ?? result
  const code = errorCode === 0 ? '' : `, error ${errorCode}`
  return {
    exitCode: exitCodes.failure,
    value: data,
    problem: `${name}${code}: ${errorMessage ?? 'no more is said'}`,
  }
}

function misused(problem: string): Outcome {
  return { exitCode: exitCodes.usage, problem }
}

function problemOf(error: unknown): Outcome {
  if (error instanceof LineError) return misused(error.message)
  const { text: problem, exitCode } = describeFailure(error)
  return { exitCode, problem }
}
