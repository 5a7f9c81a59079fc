/**
 * Carries out the lines of a console, one after another: those of its own, and those that become commands of
 * the actor in use. What there is to say is given back; nothing is printed here.
 */
import { ActorCommand, ApiCommand } from '../../../control/index.js'
import type { ControlOutline } from '../../../runtime/index.js'
import { exitCodes } from '../failure.js'
import { actorTable } from './actor-table.js'
import { type Candidates, candidatesFor } from './candidates.js'
import type { Connection, Connections } from './connections.js'
import { argumentsIn, LineError, type Word, wordsOf } from './line.js'
import { DONE, misused, type Outcome, outcomeOf, problemOf } from './outcome.js'
import { isOutline } from './outline.js'
import { verbNamed } from './verbs.js'

export interface SessionOptions {
  readonly connections: Pick<Connections, 'names' | 'list' | 'use' | 'current'>
  /** How wide a table may be. */
  columns(): number
  /** Told whether events are to be shown. */
  showEvents(on: boolean): void
  /** Told who is commanded from now on. */
  used(name: string): void
  /** Told when a line begins to be carried out, but for a wait. */
  lineBegins(): void
  /** Resolves when an event of this kind came since then; false where none did in time. */
  waitFor(kind: string, withinMs: number): Promise<boolean>
}

const NONE = 'none was found; quorate doctor finds out why'

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
      // What a line causes may come before its answer.
      if (verb.text !== 'wait') this.#options.lineBegins()
      const known = verbNamed(verb.text)
      if (known) return await known.run(this, rest)
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
    const found = await this.#options.connections.list()
    const isNone = found.actors.length + found.devices.length === 0
    const lines = isNone ? [NONE] : actorTable(found, this.#options.columns())
    return { ...DONE, text: lines.join('\n') }
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
