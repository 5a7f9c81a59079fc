/**
 * The base of what users write: a class whose public fields are ports. Handlers of one component never run at
 * the same time. A component is made by its actor, which gives it its parameters, its name and its log.
 */
import type { Logger } from 'pino'
import {
  Ans,
  type AnsOptions,
  type MessageType,
  type Peer,
  type Port,
  Pub,
  type PubOptions,
  Qry,
  type QryOptions,
  type Reply,
  Sub,
  type SubOptions,
  Timer,
  type TimerOptions,
} from '../ports/index.js'
import { AppError } from './errors.js'

/** Another actor of the app came or went. */
export interface PeerEvent {
  readonly state: 'connected' | 'disconnected'
  readonly actor: string
  readonly actorId: string
}

/** What an actor gives to a component that it makes. */
export interface ComponentContext {
  readonly name: string
  readonly actor: string
  readonly actorId: string
  readonly app: string
  readonly params: object
  readonly log: Logger
}

interface Making {
  readonly context: ComponentContext
  readonly ports: { port: Port; name: string | undefined }[]
}

let making: Making | undefined

/** A component and the ports that it made, in the order of its fields. */
export interface Made {
  readonly component: Component<object>
  readonly ports: readonly { port: Port; name: string | undefined }[]
}

/** The runtime's: makes a component within its context. */
export function makeComponent(type: new () => Component<object>, context: ComponentContext): Made {
  const outer = making
  const ports: Making['ports'] = []
  making = { context, ports }
  try {
    return { component: new type(), ports }
  } finally {
    making = outer
  }
}

export abstract class Component<Params extends object = object> {
  /** The values of this component's parameters; readable in field initialisers. */
  readonly params: Readonly<Params>
  /** The component's name within its actor. */
  readonly name: string
  /** The actor that it lives in: its name and its id, which is new at each start. */
  readonly actor: { readonly name: string; readonly id: string; readonly app: string }
  /** A pino logger, bound to actor and component. */
  readonly log: Logger

  constructor() {
    if (!making) {
      throw new AppError(
        'outside-actor',
        `${new.target.name} cannot be made by \`new\`: name it in the components of an actor, which makes it`,
      )
    }
    const { context } = making
    // Which parameters a component gets, the types of app() have checked where it was named.
    this.params = context.params as Params
    this.name = context.name
    this.actor = { name: context.actor, id: context.actorId, app: context.app }
    this.log = context.log
  }

  /** Called before the first message: ports are open, peers may not be connected yet. */
  onActivate?(): unknown
  /** Called at a graceful stop: ports still work. It has a second and a half. */
  onDeactivate?(): unknown
  /** Called when another actor of the app was found, or is gone. */
  onPeer?(event: PeerEvent): unknown

  /** A port that publishes messages of a type to every sub of it. */
  protected pub<In, Out>(type: MessageType<In, Out>, options: PubOptions = {}): Pub<In, Out> {
    return this.#add(new Pub(type, options), options)
  }

  /** A port that gets every message of a type that is published in its scope. */
  protected sub<In, Out>(
    type: MessageType<In, Out>,
    handler?: (message: Out, from: Peer) => unknown,
    options: SubOptions = {},
  ): Sub<In, Out> {
    return this.#add(new Sub(type, handler, options), options)
  }

  /**
   * A port that asks the ans ports of the same two types. The handler gets the answers to send(), not to
   * ask().
   */
  protected qry<QIn, QOut, AIn, AOut>(
    query: MessageType<QIn, QOut>,
    answer: MessageType<AIn, AOut>,
    handler?: (answer: AOut, from: Peer) => unknown,
    options: QryOptions = {},
  ): Qry<QIn, QOut, AIn, AOut> {
    return this.#add(new Qry(query, answer, handler, options), options)
  }

  /** A port that gets queries and answers each as often as it likes, now or later. */
  protected ans<QIn, QOut, AIn, AOut>(
    query: MessageType<QIn, QOut>,
    answer: MessageType<AIn, AOut>,
    handler?: (query: QOut, reply: Reply<AIn>) => unknown,
    options: AnsOptions = {},
  ): Ans<QIn, QOut, AIn, AOut> {
    return this.#add(new Ans(query, answer, handler, options), options)
  }

  /** A port that ticks at a period without drift: milliseconds, or a text as '10ms', '2.5s', '1min'. */
  protected timer(
    period: ConstructorParameters<typeof Timer>[0],
    handler: ConstructorParameters<typeof Timer>[1],
    options: TimerOptions = {},
  ): Timer {
    return this.#add(new Timer(period, handler), options)
  }

  #add<P extends Port>(port: P, options: { readonly name?: string }): P {
    if (!making) {
      throw new AppError('bad-port', `${this.name}: ports are made in the fields of a component, not later`)
    }
    making.ports.push({ port, name: options.name })
    return port
  }
}
