/** One actor of a test network, as its test sees it. */
import type { Component, Happening, LimitKind, PlacedActor, RuntimeEvent } from '../runtime/index.js'
import { TestingError } from './errors.js'
import type { EventMemory } from './event-memory.js'
import { Kept } from './kept.js'

/** A class of components. */
export type ComponentClass<C extends Component<object>> = new () => C

export interface TestActorParts {
  readonly actor: PlacedActor
  readonly name: string
  readonly host: string
  readonly memory: EventMemory
  /** Ends what is of its process, as the kernel does. */
  readonly died: () => void
  /** Lets time pass until the work is done. */
  settled<T>(work: Promise<T>): Promise<T>
}

/** An actor on a test network. */
export class TestActor {
  /** Its name in the app. */
  readonly name: string
  /** 16 hex characters, drawn from the seed of the network. */
  readonly id: string
  /** The host that it is on. */
  readonly host: string
  readonly #actor: PlacedActor
  readonly #memory: EventMemory
  readonly #happenings = new Kept<Happening>()
  /** Ends what is kept of them. */
  readonly #unwatch: () => void
  readonly #died: TestActorParts['died']
  readonly #settled: TestActorParts['settled']

  /** The kit's: call TestNetwork.start(). */
  constructor({ actor, name, host, memory, died, settled }: TestActorParts) {
    this.name = name
    this.id = actor.id
    this.host = host
    this.#actor = actor
    this.#memory = memory
    this.#unwatch = actor.controls.watch((happening) => this.#happenings.add(happening))
    this.#died = died
    this.#settled = settled
  }

  /** What it told, as `quorate run --json` prints it; the last 100,000 at least. */
  get events(): readonly RuntimeEvent[] {
    return this.#memory.events
  }

  /** The texts that its components logged, and what their handlers threw, in order. */
  get log(): readonly string[] {
    return this.#texts(true)
  }

  /** What the runtime itself warned of, as peers that do not answer and messages that were refused. */
  get warnings(): readonly string[] {
    return this.#texts(false)
  }

  #texts(ofComponents: boolean): readonly string[] {
    return this.events.flatMap(({ msg, component }) =>
      typeof msg === 'string' && (component !== undefined) === ofComponents ? [msg] : [],
    )
  }

  /** The component of this name. @throws TestingError `unknown-component`. */
  component(name: string): Component<object>
  /**
   * The component of this class; by name, too, where the actor has several.
   * @throws TestingError `unknown-component`.
   */
  component<C extends Component<object>>(type: ComponentClass<C>, name?: string): C
  component(wanted: string | ComponentClass<Component<object>>, name?: string): Component<object> {
    const all = [...this.#actor.components.values()]
    const found =
      typeof wanted === 'string'
        ? all.filter((component) => component.name === wanted)
        : all.filter((each) => each instanceof wanted && (name === undefined || each.name === name))
    const [component, another] = found
    if (component && !another) return component
    const what = typeof wanted === 'string' ? `component ${wanted}` : `component of class ${wanted.name}`
    const list = all.map((each) => `${each.name} (${each.constructor.name})`).join(', ') || 'none'
    const how = another ? `more than one ${what}; say which by its name` : `no ${what}`
    throw new TestingError('unknown-component', `the actor ${this.name} has ${how}; it has ${list}`)
  }

  /**
   * What happened to it, as who watches it by a door is told, in order: events and changed properties of its
   * components, too; the last 100,000 at least. What came of a command is there when command() has settled.
   */
  get happenings(): readonly Happening[] {
    return this.#happenings.all
  }

  /**
   * Runs a command in a turn of its component, as by a door, and lets time pass until it has ended. Arguments
   * and answer travel as JSON; an answer of nothing is null.
   * @param by `component.command`, the name alone where no other component has it, or its code
   * @throws ControlError `unknown-command`, `ambiguous`, `bad-arguments`, `component-busy`, `actor-stopping`;
   * what the handler throws; TestingError `not-reached` where it takes more than a minute.
   */
  async command(by: string | number, args?: unknown): Promise<unknown> {
    return inJson(await this.#carriedOut(this.#actor.controls.command(by, inJson(args)))) ?? null
  }

  /** The value of a property, as by a door. @throws ControlError `unknown-property`, `ambiguous`. */
  get(property: string): unknown {
    return inJson(this.#actor.controls.get(property))
  }

  /**
   * Sets a property in a turn of its component, as by a door, and lets time pass until its `onChange` has
   * ended.
   * @throws ControlError `unknown-property`, `ambiguous`, `read-only`, `bad-arguments`, `component-busy`,
   * `actor-stopping`; what `onChange` throws; TestingError `not-reached`.
   */
  async set(property: string, value: unknown): Promise<void> {
    await this.#carriedOut(this.#actor.controls.set(property, inJson(value)))
  }

  #carriedOut<T>(work: Promise<T>): Promise<T> {
    // Changes of properties are told at the end of the turn of the event loop.
    return this.#settled(work.finally(() => new Promise((resolve) => setImmediate(resolve))))
  }

  /**
   * Tells its components, as its agent does, what it uses of what it may, and lets time pass until their
   * onLimit has ended. What one throws is in the log.
   */
  async limit(kind: LimitKind, used: number, limit: number): Promise<void> {
    await this.#settled(this.#actor.limit({ kind, used, limit }))
  }

  /** Stops gracefully: onDeactivate, then goodbye. Resolves when it has stopped. */
  async stop(): Promise<void> {
    await this.#settled(this.#actor.stop())
  }

  /** Ends at once and says no goodbye, as `kill -9` ends a process: others see their connections break. */
  kill(): void {
    this.#memory.end()
    this.#unwatch()
    this.#died()
    this.#actor.kill()
  }
}

/** A value as it comes out at the other end of a door. @throws TypeError for one that JSON does not have. */
function inJson(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value) ?? 'null')
}
