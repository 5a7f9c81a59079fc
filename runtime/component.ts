/**
 * The base of what users write: a class whose public fields are ports. Handlers of one component never run at
 * the same time. A component is made by its actor, which gives it its parameters, its name and its log.
 */
import type { Logger } from 'pino'
import {
  Ans,
  type AnsOptions,
  type Answerer,
  Clt,
  type CltOptions,
  type DeadlineOption,
  Ins,
  type InsOptions,
  type MessageType,
  OperationError,
  type Period,
  type Plug,
  Port,
  type PortOptions,
  Pub,
  type PubOptions,
  Qry,
  type QryOptions,
  Rep,
  type Reply,
  Req,
  type ReqOptions,
  type ReturningOptions,
  type Sender,
  type SenderOf,
  SporadicTimer,
  Srv,
  Sub,
  type SubOptions,
  type Tick,
  type TimedOption,
  Timer,
  type TimerOptions,
  type WrittenPeriod,
} from '../ports/index.js'
import { Controlled } from './control/controlled.js'
import { AppError } from './errors.js'
import type { Group } from './groups/group.js'
import { groupHookNames } from './groups/group-hooks.js'
import type { GroupType } from './groups/group-type.js'
import type { JoinGroupOptions, JoinsGroups } from './groups/joins-groups.js'
import type { DeadlineEvent, LimitKind, PeerEvent } from './hook-events.js'
import type { Scheduler } from './schedule.js'

/** A handler that wants to know the port it is of. */
export interface PortAware {
  takesPort(port: Port): void
}

/** Hooks of kinds of component: called when all its fields are there, which may throw; after onActivate. */
export const MADE = Symbol('made')
export const ACTIVATED = Symbol('activated')

/** What an actor gives to a component that it makes. */
export interface ComponentContext {
  readonly name: string
  readonly actor: string
  readonly actorId: string
  readonly app: string
  readonly params: object
  readonly log: Logger
  /** Undefined where the component is only looked at. */
  readonly groups?: JoinsGroups | undefined
}

interface Making {
  readonly context: ComponentContext
  readonly ports: { port: Port; name: string | undefined }[]
  /** Known from its first field on. */
  component: object | undefined
}

let making: Making | undefined

/** A component and the ports that it made, in the order of its fields. */
export interface Made {
  readonly component: Component<object>
  readonly ports: readonly { port: Port; name: string | undefined }[]
}

/**
 * The runtime's: makes a component within its context. @throws AppError `bad-port` for a field that hides a
 * member of Component; whatever the constructor throws.
 */
export function makeComponent(type: new () => Component<object>, context: ComponentContext): Made {
  const outer = making
  const ports: Making['ports'] = []
  const mine: Making = { context, ports, component: undefined }
  making = mine
  try {
    const component = new type()
    refuseHiding(component, context.name)
    component[MADE]?.()
    return { component, ports }
  } catch (error) {
    // A field named `timer` lets the next this.timer() fail, which explains nothing.
    if (mine.component) refuseHiding(mine.component, context.name, error)
    throw error
  } finally {
    making = outer
  }
}

const MAKERS = ['pub', 'sub', 'qry', 'ans', 'req', 'rep', 'clt', 'srv', 'timer', 'inside']
const MEMBERS = [
  ...MAKERS,
  ...groupHookNames,
  'joinGroup',
  'leaveGroup',
  'command',
  'property',
  'event',
  'name',
  'log',
  'params',
  'actor',
  'onActivate',
  'onDeactivate',
  'onPeer',
  'onDeadline',
  'onStall',
  'onLimit',
]

function refuseHiding(component: object, name: string, cause?: unknown): void {
  const hidden = MEMBERS.find((member) => {
    if (!Object.hasOwn(component, member)) return false
    const value: unknown = Reflect.get(component, member)
    return value instanceof Port || (MAKERS.includes(member) && typeof value !== 'function')
  })
  if (hidden === undefined) return
  const text = `component ${name}: "${hidden}" is a name of Component itself; choose another`
  throw new AppError('bad-port', text, { cause })
}

/**
 * The base of the user's classes: ports are its public fields, and its handlers never run at the same
 * time.
 */
export abstract class Component<Params extends object = object> extends Controlled {
  /** In which order messages that wait are handled: `static scheduler = 'priority'`. `fifo` unless told. */
  static readonly scheduler?: Scheduler
  /** The values of this component's parameters; readable in field initialisers. */
  readonly params: Readonly<Params>
  /** The component's name within its actor. */
  readonly name: string
  /** The actor that it lives in: its name and its id, which is new at each start. */
  readonly actor: { readonly name: string; readonly id: string; readonly app: string }
  /** A pino logger, bound to actor and component. */
  readonly log: Logger
  readonly #groups: JoinsGroups | undefined

  /** Only an actor makes components. @throws AppError `outside-actor` where anybody else does. */
  constructor() {
    super()
    if (!making) {
      throw new AppError(
        'outside-actor',
        `${new.target.name} cannot be made by \`new\`: name it in the components of an actor, which makes it`,
      )
    }
    const { context } = making
    making.component = this
    // Which parameters a component gets, the types of app() have checked where it was named.
    this.params = context.params as Params
    this.name = context.name
    this.actor = { name: context.actor, id: context.actorId, app: context.app }
    this.log = context.log
    this.#groups = context.groups
  }

  /** Called before the first message: ports are open, peers may not be connected yet. */
  onActivate?(): unknown
  /** Called at a graceful stop: ports still work. All together have 1.2 seconds. */
  onDeactivate?(): unknown
  /**
   * Called when another actor of the app was found, or is gone. One that came and went while a handler ran is
   * not told of.
   */
  onPeer?(event: PeerEvent): unknown
  /** Called after a handler that took longer than the deadline of its port. */
  onDeadline?(event: DeadlineEvent): unknown
  /**
   * Called when the event loop of an actor with groups stood still for longer than its leaders keep the lead;
   * with the milliseconds.
   */
  onStall?(ms: number): unknown
  /**
   * Called when the actor uses nine tenths or more of what its agent allows it, and now and then while it
   * does: `cpu` as the share of one core, `memory` and `disk` in bytes, `network` in bytes a second.
   */
  onLimit?(kind: LimitKind, used: number, limit: number): unknown
  [MADE]?(): void
  [ACTIVATED]?(): unknown

  /** A port that publishes messages of a type to every sub of it. */
  protected pub<In, Out>(type: MessageType<In, Out>, options: PubOptions = {}): Pub<In, Out> {
    return this.#add(new Pub(type, options), options)
  }

  /** A port that gets every message of a type that is published in its scope. */
  protected sub<In, Out, T extends boolean = boolean, D extends Period = Period>(
    type: MessageType<In, Out>,
    handler?: (message: Out, from: SenderOf<T>) => unknown,
    options?: SubOptions & TimedOption<T> & DeadlineOption<D>,
  ): Sub<In, Out>
  protected sub<In, Out>(
    type: MessageType<In, Out>,
    handler?: (message: Out, from: Sender) => unknown,
    options: SubOptions = {},
  ): Sub<In, Out> {
    return this.#add(new Sub(type, handler, options), options, handler)
  }

  /**
   * A port that asks the ans ports of the same two types. The handler gets the answers to send(), not to
   * ask().
   */
  protected qry<QIn, QOut, AIn, AOut, T extends boolean = boolean, D extends Period = Period>(
    query: MessageType<QIn, QOut>,
    answer: MessageType<AIn, AOut>,
    handler?: (answer: AOut, from: SenderOf<T>) => unknown,
    options?: QryOptions & TimedOption<T> & DeadlineOption<D>,
  ): Qry<QIn, QOut, AIn, AOut>
  protected qry<QIn, QOut, AIn, AOut>(
    query: MessageType<QIn, QOut>,
    answer: MessageType<AIn, AOut>,
    handler?: (answer: AOut, from: Sender) => unknown,
    options: QryOptions = {},
  ): Qry<QIn, QOut, AIn, AOut> {
    return this.#add(new Qry(query, answer, handler, options), options, handler)
  }

  /** A port that gets queries and answers each as often as it likes, now or later. */
  protected ans<QIn, QOut, AIn, AOut, T extends boolean = boolean, D extends Period = Period>(
    query: MessageType<QIn, QOut>,
    answer: MessageType<AIn, AOut>,
    handler?: (query: QOut, reply: Reply<AIn, SenderOf<T>>) => unknown,
    options?: AnsOptions & TimedOption<T> & DeadlineOption<D>,
  ): Ans<QIn, QOut, AIn, AOut>
  protected ans<QIn, QOut, AIn, AOut>(
    query: MessageType<QIn, QOut>,
    answer: MessageType<AIn, AOut>,
    handler?: (query: QOut, reply: Reply<AIn>) => unknown,
    options: AnsOptions = {},
  ): Ans<QIn, QOut, AIn, AOut> {
    return this.#add(new Ans(query, answer, handler, options), options, handler)
  }

  /** A port with one request under way at a time, whose reply its handler gets; another abandons it. */
  protected req<QIn, QOut, AIn, AOut, T extends boolean = boolean, D extends Period = Period>(
    request: MessageType<QIn, QOut>,
    reply: MessageType<AIn, AOut>,
    handler: (reply: AOut, from: SenderOf<T>) => unknown,
    options?: ReqOptions & TimedOption<T> & DeadlineOption<D>,
  ): Req<QIn, QOut, AIn, AOut>
  protected req<QIn, QOut, AIn, AOut>(
    request: MessageType<QIn, QOut>,
    reply: MessageType<AIn, AOut>,
    handler: (reply: AOut, from: Sender) => unknown,
    options: ReqOptions = {},
  ): Req<QIn, QOut, AIn, AOut> {
    return this.#add(new Req(request, reply, handler, options), options, handler)
  }

  /** A port that gets the requests of req ports one at a time; its handler returns the reply. */
  protected rep<QIn, QOut, AIn, AOut, T extends boolean = boolean, D extends Period = Period>(
    request: MessageType<QIn, QOut>,
    reply: MessageType<AIn, AOut>,
    handler: Answerer<QOut, NoInfer<AIn>, SenderOf<T>>,
    options?: ReturningOptions & TimedOption<T> & DeadlineOption<D>,
  ): Rep<QIn, QOut, AIn, AOut>
  protected rep<QIn, QOut, AIn, AOut>(
    request: MessageType<QIn, QOut>,
    reply: MessageType<AIn, AOut>,
    handler: Answerer<QOut, AIn>,
    options: ReturningOptions = {},
  ): Rep<QIn, QOut, AIn, AOut> {
    return this.#add(new Rep(request, reply, handler, options), options, handler)
  }

  /** A port that calls the srv ports of the same two types: `await call()`, one at a time. */
  protected clt<QIn, QOut, AIn, AOut>(
    request: MessageType<QIn, QOut>,
    answer: MessageType<AIn, AOut>,
    options: CltOptions = {},
  ): Clt<QIn, QOut, AIn, AOut> {
    return this.#add(new Clt(request, answer, options), options)
  }

  /** A port that serves the calls of clt ports one at a time; its handler returns the answer. */
  protected srv<QIn, QOut, AIn, AOut, T extends boolean = boolean, D extends Period = Period>(
    request: MessageType<QIn, QOut>,
    answer: MessageType<AIn, AOut>,
    handler: Answerer<QOut, NoInfer<AIn>, SenderOf<T>>,
    options?: ReturningOptions & TimedOption<T> & DeadlineOption<D>,
  ): Srv<QIn, QOut, AIn, AOut>
  protected srv<QIn, QOut, AIn, AOut>(
    request: MessageType<QIn, QOut>,
    answer: MessageType<AIn, AOut>,
    handler: Answerer<QOut, AIn>,
    options: ReturningOptions = {},
  ): Srv<QIn, QOut, AIn, AOut> {
    return this.#add(new Srv(request, answer, handler, options), options, handler)
  }

  /** A port that ticks once for each launch(), a delay after it. */
  protected timer<D extends Period = Period>(
    period: 'sporadic',
    handler: (tick: Tick) => unknown,
    options?: TimerOptions & DeadlineOption<D>,
  ): SporadicTimer
  /** A port that ticks at a period without drift: milliseconds, or a text as '10ms', '2.5s', '1min'. */
  protected timer<P extends Period, D extends Period = Period>(
    period: WrittenPeriod<P>,
    handler: (tick: Tick) => unknown,
    options?: TimerOptions & DeadlineOption<D>,
  ): Timer
  protected timer(
    period: Period,
    handler: (tick: Tick) => unknown,
    options: TimerOptions = {},
  ): Timer | SporadicTimer {
    if (period === 'sporadic') return this.#add(new SporadicTimer(handler, options), options, handler)
    return this.#add(new Timer(period, handler, options), options, handler)
  }

  /**
   * A port between the component and its own threads (`plug()`) and devices (`push()`). The handler answers
   * by its plug, now or later.
   */
  protected inside<In, Out, D extends Period = Period>(
    type: MessageType<In, Out>,
    handler?: (message: Out, plug: Plug<In>) => unknown,
    options: InsOptions<In> & DeadlineOption<D> = {},
  ): Ins<In, Out> {
    return this.#add(new Ins(type, handler, options), options, handler)
  }

  /**
   * Joins a group of a type that the app names, by an instance of it: all components of the app that join the
   * same are its members. Resolves when it has joined, and is connected with the members that are known by
   * then, or 2 seconds have passed. A group that the component has joined is given again, unless it observes
   * and now is not to, or the other way round.
   * @throws GroupError `unknown-group`, `bad-instance`, `no-seats`, `cannot-join`, `left`; HostError;
   * DiscoveryError `listing-too-large`;
   * OperationError `bad-option`.
   */
  protected async joinGroup<In, Out>(
    type: GroupType<In, Out>,
    instance: string,
    options?: JoinGroupOptions,
  ): Promise<Group<In, Out>> {
    if (!this.#groups) throw new AppError('outside-actor', `${this.name} joins groups from onActivate() on`)
    return this.#groups.join(this.name, type, instance, options)
  }

  /**
   * Leaves a group. Resolves when the others were told. Harmless twice.
   * @throws OperationError `bad-option` for what is no group.
   */
  protected async leaveGroup(group: Pick<Group, 'leave'>): Promise<void> {
    if (typeof group?.leave === 'function') return group.leave()
    const text = `${this.name} leaves what is no group`
    throw new OperationError('bad-option', `${text}; give what joinGroup() gave`)
  }

  #add<P extends Port>(port: P, options: PortOptions, handler?: object): P {
    if (!making) {
      throw new AppError('bad-port', `${this.name}: ports are made in the fields of a component, not later`)
    }
    making.ports.push({ port, name: options.name })
    // The handler of bytes and the like stand among the options.
    for (const each of [handler, ...Object.values(options)]) if (isPortAware(each)) each.takesPort(port)
    return port
  }
}

function isPortAware(handler: unknown): handler is PortAware {
  return typeof handler === 'function' && 'takesPort' in handler
}
