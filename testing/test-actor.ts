/** One actor of a test network, as its test sees it. */
import type { Component, PlacedActor, RuntimeEvent } from '../runtime/index.js'
import { TestingError } from './errors.js'
import type { EventMemory } from './event-memory.js'

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
  readonly #died: TestActorParts['died']
  readonly #settled: TestActorParts['settled']

  /** The kit's: call TestNetwork.start(). */
  constructor({ actor, name, host, memory, died, settled }: TestActorParts) {
    this.name = name
    this.id = actor.id
    this.host = host
    this.#actor = actor
    this.#memory = memory
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

  /** Stops gracefully: onDeactivate, then goodbye. Resolves when it has stopped. */
  async stop(): Promise<void> {
    await this.#settled(this.#actor.stop())
  }

  /** Ends at once and says no goodbye, as `kill -9` ends a process: others see their connections break. */
  kill(): void {
    this.#memory.end()
    this.#died()
    this.#actor.kill()
  }
}
