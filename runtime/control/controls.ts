/**
 * What an actor lets others do and see, by whatever door they come: commands of its components, which run in
 * their turns, properties, its groups, and what happens to it.
 */
import { AsyncResource } from 'node:async_hooks'
import type { JsonSchema } from '../../ports/index.js'
import type { Group } from '../groups/group.js'
import type { ActorStatus } from '../status.js'
import type { ComponentTurns, TurnSource } from '../turns.js'
import type { Prepared } from './checked.js'
import type { Command } from './command.js'
import { ControlError } from './errors.js'
import type { HappeningListener, Happenings } from './happenings.js'
import { named } from './named.js'
import type { AnyProperty } from './property.js'

/** A command as it is told of. */
export interface CommandOutline {
  /** Of which it is. */
  readonly component: string
  /** Its name within the component. */
  readonly name: string
  /** One line for people; '' where there is none. */
  readonly description: string
  /** By which it is called, too. */
  readonly code?: number | undefined
  /** JSON Schema of its arguments, where there is one. */
  readonly schema?: JsonSchema | undefined
}

/** A property as it is told of. */
export interface PropertyOutline {
  /** Of which it is. */
  readonly component: string
  /** Its name within the component. */
  readonly name: string
  /** One line for people; '' where there is none. */
  readonly description: string
  /** Whether others may set it. */
  readonly writable: boolean
  /** JSON Schema of its value, where there is one. */
  readonly schema?: JsonSchema | undefined
  /** What it is now. */
  readonly value: unknown
}

/** What an actor lets others do. */
export interface ControlOutline {
  /** In the order of components, and of their fields. */
  readonly commands: readonly CommandOutline[]
  /** In the order of components, and of their fields. */
  readonly properties: readonly PropertyOutline[]
  /** The groups that its components have joined, by name. */
  readonly groups: readonly string[]
}

/** A component, so far as others control it. */
export interface ControlledComponent {
  readonly name: string
  readonly turns: ComponentTurns
  readonly commands: readonly Command[]
  readonly properties: readonly AnyProperty[]
}

/** A group, so far as others control it. */
export type ControlledGroup = Pick<
  Group<never>,
  'name' | 'members' | 'leader' | 'requestVote' | 'transferLeadership'
>

export interface ControlsOptions {
  readonly components: () => readonly ControlledComponent[]
  readonly groups: () => readonly ControlledGroup[]
  readonly status: () => ActorStatus
  readonly happenings: Happenings
}

/** What others may have an actor do, whatever door they came by. */
export class Controls {
  readonly #options: ControlsOptions
  /** Reject for those that wait for a turn. */
  readonly #waiting = new Set<(error: ControlError) => void>()
  #isClosed = false

  /** The runtime's: doors are given one. */
  constructor(options: ControlsOptions) {
    this.#options = options
  }

  /** Who it is, and how its ports and groups are. */
  get status(): ActorStatus {
    return this.#options.status()
  }

  /** What there is to command, read and set. */
  get outline(): ControlOutline {
    return {
      commands: this.#commands.map(({ component, found: { name, description, code, schema } }) => {
        return { component: component.name, name, description, code, schema }
      }),
      properties: this.#properties.map(({ component, found }) => {
        const { name, description, isWritable, schema, shown } = found
        return { component: component.name, name, description, writable: isWritable, schema, value: shown }
      }),
      groups: this.#options.groups().map(({ name }) => name),
    }
  }

  /** Calls this with what happens from now on; gives what ends that. */
  watch(listener: HappeningListener): () => void {
    return this.#options.happenings.watch(listener)
  }

  /**
   * Runs a command in a turn of its component; resolves with what its handler gives.
   * @param by `component.command`, the name alone where no other component has it, or its code
   * @throws ControlError `unknown-command`, `ambiguous`, `bad-arguments`, `component-busy`, `actor-stopping`;
   * what the handler throws.
   */
  async command(by: string | number, args: unknown): Promise<unknown> {
    const { component, found } =
      typeof by === 'number' ? this.#coded(by) : named('command', by, this.#commands)
    return this.#inTurn(component, found, found.prepare(args ?? {}))
  }

  /** Whether a component has a command of this code. */
  hasCode(code: number): boolean {
    return this.#commands.some(({ found }) => found.code === code)
  }

  /** The value of a property. @throws ControlError `unknown-property`, `ambiguous`. */
  get(property: string): unknown {
    return named('property', property, this.#properties).found.shown
  }

  /**
   * Sets a property in a turn of its component; resolves when its `onChange` has ended.
   * @throws ControlError `unknown-property`, `ambiguous`, `read-only`, `bad-arguments`, `component-busy`,
   * `actor-stopping`; what `onChange` throws.
   */
  async set(property: string, value: unknown): Promise<void> {
    const { component, found } = named('property', property, this.#properties)
    if (!found.isWritable) throw new ControlError('read-only', `${found.path} may be read, and not set`)
    await this.#inTurn(component, { ...UNBOUND, name: found.name, path: found.path }, found.prepare(value))
  }

  /** A group that a component of the actor has joined. @throws ControlError `not-joined`. */
  group(name: string): ControlledGroup {
    const all = this.#options.groups()
    const group = all.find((each) => each.name === name)
    if (group) return group
    const joined = all.length === 0 ? 'none' : all.map((each) => each.name).join(', ')
    throw new ControlError('not-joined', `this actor has not joined ${name}; it has joined ${joined}`)
  }

  /** Whoever waits for a turn is told that the actor stops. */
  close(): void {
    this.#isClosed = true
    this.#options.happenings.flush()
    for (const reject of [...this.#waiting]) reject(stopping())
  }

  get #commands() {
    return this.#options
      .components()
      .flatMap((component) => component.commands.map((found) => ({ component, found })))
  }

  get #properties() {
    return this.#options
      .components()
      .flatMap((component) => component.properties.map((found) => ({ component, found })))
  }

  #coded(code: number) {
    const coded = this.#commands.find(({ found }) => found.code === code)
    if (coded) return coded
    throw new ControlError('unknown-command', `this actor has no command of the code ${code}`)
  }

  #inTurn({ turns }: ControlledComponent, source: TurnSource, prepared: Prepared): Promise<unknown> {
    if ('flaw' in prepared) throw new ControlError('bad-arguments', `${source.path}: ${prepared.flaw}`)
    if (this.#isClosed) throw stopping()
    if (turns.gate(source).full) {
      throw new ControlError(
        'component-busy',
        `too much waits for the component of ${source.path}; try later`,
      )
    }
    return new Promise((resolve, reject) => {
      const settle = (end: () => void): void => {
        this.#waiting.delete(reject)
        end()
      }
      this.#waiting.add(reject)
      // What waits for its turn goes on as part of what asked for it: a trace, say.
      const call = AsyncResource.bind(async (): Promise<void> => {
        try {
          const answer = await prepared.call()
          settle(() => resolve(answer))
        } catch (error) {
          settle(() => reject(error))
          // It is reported as what any handler throws.
          throw error
        }
      })
      turns.run(source, call, undefined, undefined)
    })
  }
}

const UNBOUND = { deadlineMs: Number.POSITIVE_INFINITY }

function stopping(): ControlError {
  return new ControlError(
    'actor-stopping',
    'the actor stops; the command was not carried out, or not to its end',
  )
}
