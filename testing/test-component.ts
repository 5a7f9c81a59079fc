/**
 * One component under test: it runs in an actor of its own, and the test is at the other end of all its
 * ports.
 */
import {
  AnsweringPort,
  AskingPort,
  type MessageType,
  type Period,
  type Port,
  Pub,
  periodMs,
  Sub,
} from '../ports/index.js'
import {
  type AppDefinition,
  actor,
  app,
  type Component,
  type ComponentType,
  type GroupTypes,
  type Happening,
  type LimitKind,
} from '../runtime/index.js'
import { Desk, type FaceClass, TESTED, TESTER } from './desk.js'
import { createTestNetwork, type TestNetwork, type TestNetworkOptions } from './network.js'
import type { ComponentClass, TestActor } from './test-actor.js'
import { TestDesk } from './test-desk.js'

/** Options of `testComponent()`. */
export interface TestComponentOptions extends TestNetworkOptions {
  /**
   * Called, and awaited, when the ports are connected to the test and before onActivate: with `answer()` and
   * `publish()` for a component that asks, or waits for a message, in it.
   */
  readonly before?: (desk: TestDesk) => unknown
  /** Types of groups that it joins, as its app names them. It is the only member. */
  readonly groups?: GroupTypes
}

/** What a class of components that takes no parameters is given. */
export type NoTestParams = Readonly<Record<string, never>>

/** The parameters that a class of components takes; they may be left out where it needs none. */
export type TestComponentArguments<C extends Component<object>> = keyof C['params'] extends never
  ? [params?: NoTestParams, options?: TestComponentOptions]
  : object extends C['params']
    ? [params?: C['params'], options?: TestComponentOptions]
    : [params: C['params'], options?: TestComponentOptions]

/** What a component tells those who watch its actor. */
export type Told = Extract<Happening, { readonly is: 'event' | 'property' }>

/** A component on its own, without a network: made by `testComponent()`. */
export class TestComponent<C extends Component<object>> extends TestDesk {
  /** The component itself: call its methods, read its fields. */
  readonly component: C
  /** The actor that hosts it: its events and its log, stop() and kill(). */
  readonly actor: TestActor
  /** The network that it is on, with nobody but the test. */
  readonly network: TestNetwork
  readonly #desk: Desk

  /** The kit's: call testComponent(). */
  constructor(component: C, tested: TestActor, network: TestNetwork, desk: Desk) {
    super(desk)
    this.component = component
    this.actor = tested
    this.network = network
    this.#desk = desk
  }

  /**
   * Asks its ans, rep or srv port, and lets time pass until it has answered. Rejects as the ask(), send() or
   * call() of a peer does. @throws TestingError `no-such-port`.
   */
  async ask<QIn, QOut, AIn, AOut>(
    query: MessageType<QIn, QOut>,
    answer: MessageType<AIn, AOut>,
    value: NoInfer<QIn>,
    { timeout }: { readonly timeout?: Period } = {},
  ): Promise<AOut> {
    const timeoutMs = timeout === undefined ? undefined : periodMs(timeout, 'the timeout of ask()')
    const answered = this.network.settled(this.#desk.ask(`${query.name}#${answer.name}`, value, timeoutMs))
    // The port that took it has checked it by this very type.
    return (await answered) as AOut
  }

  /** As TestActor.command(): by the name that the command has in the component, or by its code. */
  command(by: string | number, args?: unknown): Promise<unknown> {
    return this.actor.command(by, args)
  }

  /** As TestActor.get(). */
  get(property: string): unknown {
    return this.actor.get(property)
  }

  /** As TestActor.set(). */
  set(property: string, value: unknown): Promise<void> {
    return this.actor.set(property, value)
  }

  /** As TestActor.limit(). */
  limit(kind: LimitKind, used: number, limit: number): Promise<void> {
    return this.actor.limit(kind, used, limit)
  }

  /**
   * The events that it told, and the changes of its properties, from its start on and in order. What came of
   * a command is there when command() has settled; a change that the test made itself, when time passes.
   */
  get told(): readonly Told[] {
    return this.actor.happenings.filter(isTold)
  }

  /** As TestNetwork.advance(). */
  advance(time: Period): Promise<void> {
    return this.network.advance(time)
  }

  /** As TestNetwork.until(). */
  until(condition: () => boolean, within?: Period): Promise<void> {
    return this.network.until(condition, within)
  }

  /** As TestNetwork.settled(). */
  settled<T>(work: Promise<T>, within?: Period): Promise<T> {
    return this.network.settled(work, within)
  }

  /** Ends it, and its network. Harmless twice. */
  close(): Promise<void> {
    return this.network.close()
  }
}

/**
 * Runs one component by itself. Resolves when its ports are connected to the test and its onActivate has
 * ended.
 * @throws TestingError `clock-taken`; what startActor() does.
 * @example const meter = await testComponent(Meter, { period: 100 })
 */
export async function testComponent<C extends Component<object>>(
  type: ComponentClass<C>,
  ...[params = {}, options = {}]: TestComponentArguments<C>
): Promise<TestComponent<C>> {
  const network = createTestNetwork(options)
  const desk = new Desk()
  try {
    const tested = await network.startAt(
      hosting(TESTED, { component: [type, params] }, options.groups),
      TESTED,
      {},
      {},
      async (ports, id) => {
        await face(network, desk, ports, id)
        await options.before?.(new TestDesk(desk))
      },
    )
    return new TestComponent(tested.component(type), tested, network, desk)
  } catch (error) {
    await network.close()
    throw error
  }
}

function isTold(happening: Happening): happening is Told {
  return happening.is === 'event' || happening.is === 'property'
}

/** Starts what faces the ports, and waits until all are connected. */
async function face(
  network: TestNetwork,
  desk: Desk,
  ports: readonly Port[],
  testedId: string,
): Promise<void> {
  const faces = new Map<string, FaceClass>()
  for (const port of ports) {
    const type = desk.facing(port)
    // One faces all ports of the same kind and messages.
    if (type && !faces.has(`${port.kind} ${port.carries}`)) faces.set(`${port.kind} ${port.carries}`, type)
  }
  if (faces.size === 0) return
  const entries = [...faces.values()].map((type, index) => [`face${index}`, type] as const)
  let facing: readonly Port[] = []
  const keep = async (made: readonly Port[]): Promise<void> => {
    facing = made
  }
  const tester = await network.startAt(hosting(TESTER, Object.fromEntries(entries)), TESTER, {}, {}, keep)
  const faced = ports.filter((port) => faces.has(`${port.kind} ${port.carries}`))
  await network.until(
    () => faced.every((port) => sees(port, tester.id)) && facing.every((port) => sees(port, testedId)),
  )
}

type Hosted = Readonly<Record<string, readonly [ComponentType<object>, object] | ComponentType<object>>>

function hosting(name: string, components: Hosted, groups: GroupTypes = {}): AppDefinition {
  return app('test', { actors: { [name]: actor({ components: () => components }) }, groups })
}

function sees(port: Port, actorId: string): boolean {
  if (port instanceof Pub) return port.subscribers.includes(actorId)
  if (port instanceof AnsweringPort) return port.askers.includes(actorId)
  if (port instanceof Sub || port instanceof AskingPort)
    return port.peers.some((peer) => peer.actorId === actorId)
  return true
}
