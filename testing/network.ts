/**
 * A network in memory: real actors with real ports, on hosts, cables and a clock that belong to the test.
 */
import { createMemoryNetwork } from '../discovery/index.js'
import { OperationError, type Period, type Port, periodMs } from '../ports/index.js'
import { type AppDefinition, placeActor, type SeatsHere } from '../runtime/index.js'
import { RealClock, type TestClock } from './clock/clock.js'
import { VirtualClock } from './clock/virtual-clock.js'
import { discoveryOn } from './discovery.js'
import { TestingError } from './errors.js'
import { EventMemory } from './event-memory.js'
import { TestGroups } from './groups.js'
import { Hosts } from './hosts.js'
import { testingLimits } from './limits.js'
import { randomFrom, randomId } from './random.js'
import type { MemorySocket } from './sockets/memory-socket.js'
import { createMemorySockets } from './sockets/memory-sockets.js'
import { TestActor } from './test-actor.js'

/** Options of `createTestNetwork()`. */
export interface TestNetworkOptions {
  /** Ids and delays come from it: with the same seed a test runs the same way. Default 1. */
  readonly seed?: number
  /**
   * Milliseconds from host to host, also to itself; a range is drawn from, anew for each message. Default 1.
   */
  readonly delayMs?: number | { readonly min: number; readonly max: number }
  /** `virtual` stands still unless the test lets it go on, and is fast; `real` is the machine's. */
  readonly clock?: 'virtual' | 'real'
}

/** Options of an actor on a test network. */
export interface TestStartOptions {
  /** Name of the host; actors on one host reach each other's local ports. Default `host`. */
  readonly host?: string
  /** Of pino: trace, debug, info, warn, error. Default `info`. */
  readonly logLevel?: string
  /**
   * Which seats of its groups are on its host, as `seats` of startActor(): `[0, 1]`, `{ 'Cell.north': [2] }`.
   * Default `all` that the network has.
   */
  readonly seats?: SeatsHere
}

/** Parameters of an actor by name. */
export type TestParams = Readonly<Record<string, unknown>>

/** A host by its name, or the one that an actor is on. */
export type HostOf = string | TestActor

/** Gets the ports of an actor that are open, and its id. */
export type BeforeActivation = (ports: readonly Port[], actorId: string) => Promise<void>

const HOST = 'host'

/** A network in memory, with the clock of its actors: made by `createTestNetwork()`. */
export class TestNetwork {
  readonly #clock: TestClock
  readonly #hosts: Hosts<MemorySocket>
  readonly #records = createMemoryNetwork()
  readonly #random: () => number
  readonly #groups: TestGroups
  readonly #actors: TestActor[] = []

  /** The kit's: call createTestNetwork(). */
  constructor({ seed = 1, delayMs = 1, clock = 'virtual' }: TestNetworkOptions) {
    const { min, max } = typeof delayMs === 'number' ? { min: delayMs, max: delayMs } : delayMs
    if (!(min >= 0 && max >= min && max < Number.POSITIVE_INFINITY)) {
      const text = 'delayMs is no delay; give milliseconds, or a range of them: { min: 1, max: 20 }'
      throw new OperationError('bad-option', text)
    }
    this.#clock = clock === 'virtual' ? new VirtualClock() : new RealClock()
    this.#random = randomFrom(seed)
    const delayed = randomFrom(~seed)
    this.#groups = new TestGroups(randomFrom(seed + 1))
    this.#hosts = new Hosts(() => min + Math.floor(delayed() * (max - min + 1)))
  }

  /** Milliseconds since the network was made. */
  get now(): number {
    return this.#clock.nowMs
  }

  /**
   * Starts an actor of an app; resolves when its components are active. Whom it connects to shows a little
   * later: `until(() => …connected > 0)`. Rejects as startActor() does.
   */
  async start(
    app: AppDefinition,
    name: string,
    params: TestParams = {},
    options: TestStartOptions = {},
  ): Promise<TestActor> {
    return this.startAt(app, name, params, options)
  }

  /** The kit's: as start(); `beforeActivation` is awaited before the components are activated. */
  async startAt(
    app: AppDefinition,
    name: string,
    params: TestParams,
    { host: hostName = HOST, logLevel = 'info', seats = 'all' }: TestStartOptions,
    beforeActivation: BeforeActivation = async () => undefined,
  ): Promise<TestActor> {
    const host = this.#hosts.host(hostName)
    const memory = new EventMemory()
    const sockets = createMemorySockets(this.#hosts, host)
    const discovery = discoveryOn(this.#records, this.#hosts, host)
    const actorId = randomId(this.#random)
    const groups = this.#groups.process(hostName, sockets, seats)
    const actor = placeActor(app, name, {
      params,
      place: {
        sockets,
        hostId: host.name,
        actorId,
        groups: groups.place,
        beforeActivation: (ports) => beforeActivation(ports, actorId),
      },
      discovery,
      host: host.address,
      sink: memory,
      logLevel,
    })
    const settled = <T>(work: Promise<T>): Promise<T> => this.settled(work)
    const died = (): void => {
      sockets.die()
      discovery.die()
      groups.die()
    }
    const started = new TestActor({ actor, name, host: hostName, memory, died, settled })
    this.#actors.push(started)
    try {
      const late = `the actor ${name} did not start (does onActivate wait for what its test does later?)`
      await this.#settled(actor.start(), testingLimits.patienceMs, late)
    } catch (error) {
      started.kill()
      throw error
    }
    return started
  }

  /** Lets so much time pass: milliseconds, or a text as '10ms', '2.5s', '1min'. */
  async advance(time: Period): Promise<void> {
    await this.#clock.advance(msOf(time, 'advance()'))
  }

  /**
   * Lets time pass until the condition holds, and no further. @throws TestingError `not-reached` where it
   * does not within that time, a minute unless told.
   */
  async until(condition: () => boolean, within: Period = testingLimits.patienceMs): Promise<void> {
    const withinMs = msOf(within, 'until()')
    if (await this.#clock.until(condition, withinMs)) return
    throw new TestingError('not-reached', `within ${withinMs} ms it never came to this: ${condition}`)
  }

  /**
   * Lets time pass until a promise settles, and gives what it settles with: `await
   * network.settled(port.ask(…))`.
   * @throws TestingError `not-reached` where it does not within that time, a minute unless told.
   */
  settled<T>(work: Promise<T>, within: Period = testingLimits.patienceMs): Promise<T> {
    return this.#settled(work, msOf(within, 'settled()'), 'the promise was not settled')
  }

  async #settled<T>(work: Promise<T>, withinMs: number, otherwise: string): Promise<T> {
    let isSettled = false
    const noted = (): void => {
      isSettled = true
    }
    work.then(noted, noted)
    if (await this.#clock.until(() => isSettled, withinMs)) return work
    throw new TestingError('not-reached', `${otherwise} within ${withinMs} ms`)
  }

  /**
   * Cuts the cable between two hosts. What is under way is held back; connections break when the cut has
   * lasted 15 seconds, and an actor is taken for gone when it was silent for 3.
   * @throws TestingError `same-host`.
   */
  cut(a: HostOf, b: HostOf): void {
    const [from, to] = [this.#hostOf(a), this.#hostOf(b)]
    if (from === to) {
      const text = `there is no cable from the host ${from.name} to itself`
      throw new TestingError(
        'same-host',
        `${text}; start the actors on two: start(app, name, {}, { host: 'b' })`,
      )
    }
    this.#hosts.cut(from, to)
  }

  /**
   * Cuts every cable between hosts of different sides, as cut() does: `split([a, b], [c, d, e])`. Hosts
   * that no side names reach all of them.
   * @throws TestingError `same-host` where a host is on two sides.
   */
  split(...sides: readonly (readonly HostOf[])[]): void {
    for (const [at, side] of sides.entries()) {
      for (const other of sides.slice(at + 1).flat()) for (const one of side) this.cut(one, other)
    }
  }

  /**
   * Mends the cable between two hosts, or, without them, every cable: what was held back arrives, and they
   * hear of each other.
   */
  heal(...between: [a: HostOf, b: HostOf] | []): void {
    const [a, b] = between
    if (a === undefined || b === undefined) this.#hosts.healAll()
    else this.#hosts.heal(this.#hostOf(a), this.#hostOf(b))
  }

  /** Kills all actors and gives the time back to the machine. Harmless twice. Call it in `afterEach`. */
  async close(): Promise<void> {
    for (const actor of this.#actors.splice(0)) actor.kill()
    this.#clock.end()
  }

  #hostOf(which: HostOf) {
    return this.#hosts.host(typeof which === 'string' ? which : which.host)
  }
}

/** A network for one test. @throws TestingError `clock-taken`; OperationError `bad-option`. */
export function createTestNetwork(options: TestNetworkOptions = {}): TestNetwork {
  return new TestNetwork(options)
}

function msOf(time: Period, what: string): number {
  return time === 0 ? 0 : periodMs(time, `the time of ${what}`)
}
