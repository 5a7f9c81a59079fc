/**
 * What all kinds of port share: a name, an owner, what they tell of themselves, counters, opening and
 * closing. A kind adds only the calls that make sense for it; the others do not compile, and throw where
 * JavaScript calls them.
 */
import { messageOf, OperationError, PortError } from './errors.js'
import type { InternalTopic } from './internal-topic.js'
import { limits } from './limits.js'
import { lookedAt } from './looked-at.js'
import type { MessageType } from './message.js'
import { type Period, periodMs } from './period.js'
import type { Gate } from './reader.js'
import type { ReceptionOwner } from './reception.js'
import type { Sockets } from './sockets.js'
import { checkTimeout } from './timeout.js'
import { Waiting } from './waiting.js'

/** The kinds of port. */
export type PortKind = 'pub' | 'sub' | 'qry' | 'ans' | 'req' | 'rep' | 'clt' | 'srv' | 'tim' | 'ins'

/** global: the network; local: this host; internal: this actor. */
export type PortScope = 'global' | 'local' | 'internal'

/** What a port tells of itself (`getInfo` of RIAPS). */
export interface PortInfo {
  /** What kind of port it is. */
  readonly kind: PortKind
  /** How far it reaches. */
  readonly scope: PortScope
  /** Its name within the component. */
  readonly name: string
  /** Name of the message type; `Query#Answer` for two; `tick` for a timer. */
  readonly message: string
  /** Address that the port is bound to; '' on a connecting port. */
  readonly host: string
  /** TCP port that it is bound to; -1 on a connecting port. */
  readonly port: number
}

/** The port at the other end, as handlers see it. One frozen object for each connection. */
export interface Peer {
  /** Name of its actor in the app, which others may have, too. */
  readonly actor: string
  /** 16 hex characters, new at each start of the actor. */
  readonly actorId: string
  /** Name of its component within the actor. */
  readonly component: string
  /** Its name within the component. */
  readonly port: string
}

/** A port of another actor that a connecting port can connect to. */
export interface PeerPort extends Peer {
  /** ZeroMQ endpoint. */
  readonly endpoint: string
  /** CURVE public key (Z85) of its actor; needed where the own actor has keys. */
  readonly key?: string | undefined
}

/** Counters since the port was opened; they only grow. */
export interface PortStats {
  /** Messages handed to the socket. */
  sent: number
  /** Messages handed to a handler or to recv(); ticks of a timer. */
  received: number
  /** Messages not sent, or not sent to every peer, because a bound was reached. */
  dropped: number
  /** Frames and messages refused: garbage, or against the schema. */
  refused: number
  /** Messages that a peer sent and that never came (gaps). */
  missed: number
  /**
   * Answers to queries that were given up; at an ans, queries that were given up before they were handled; at
   * a timer, ticks that were skipped.
   */
  late: number
  /** Answers whose asker was gone, bytes that nobody takes. */
  undelivered: number
}

/** Something worth a log line; the runtime logs each `what` once per port and peer, and counts the rest. */
export interface PortNotice {
  readonly port: string
  readonly peer?: Peer
  readonly level: 'warn' | 'error'
  /** Groups notices that are the same. */
  readonly what: string
  readonly text: string
}

/** What may be told of every port. */
export interface PortOptions {
  /** Under this name instead of the field's. */
  readonly name?: string
  /**
   * What it sends says when it left, and handlers are told when what they get left and came: `sentAt` and
   * `receivedAt` of the sender.
   */
  readonly timed?: boolean
  /** How long a handler of the port may take; `onDeadline` of the component is told when one took longer. */
  readonly deadline?: Period
}

/** Options of `ready()`. */
export interface ReadyOptions {
  /** Milliseconds to wait; Infinity for as long as it takes. Default 5000. */
  readonly timeout?: number
}

/** Runs the handlers of one component, one at a time. */
export interface Turns {
  /** Calls the handler now, or when those before it have settled. Never throws. */
  run<A, B>(port: Port, handler: (a: A, b: B) => unknown, a: A, b: B): void
  /** Full while so many messages wait that the sockets of the port must not be read. */
  gate(port: Port): Gate
}

/** What a port needs from the actor around it. */
export interface PortEnvironment {
  readonly actor: string
  readonly actorId: string
  /** Address that global ports bind. */
  readonly bindHost: string
  readonly sockets: Sockets
  readonly turns: Turns
  /** The internal pubs of the actor, by their endpoints. */
  readonly topics: Map<string, InternalTopic>
  notice(notice: PortNotice): void
  /** The port's address or its connections changed. */
  changed(port: Port): void
}

/** What all kinds of port have in common. */
export abstract class Port {
  /** What kind of port it is; the calls that it has follow from that. */
  abstract readonly kind: PortKind
  /** The message types it carries: none, one, or query and answer. */
  readonly types: readonly MessageType[]
  /** The option `timed`: what it sends says when it left, and handlers are told of such times. */
  readonly timed: boolean
  /** Milliseconds that a handler may take; Infinity unless told. */
  readonly deadlineMs: number
  /** What passed and what did not, resets included. The same object at all times, which goes on counting. */
  readonly stats: PortStats = {
    sent: 0,
    received: 0,
    dropped: 0,
    refused: 0,
    missed: 0,
    late: 0,
    undelivered: 0,
  }
  #name = ''
  #component = ''
  #scope: PortScope = 'global'
  #environment: PortEnvironment | undefined
  /** The start under way: one comes after another. */
  #starting = Promise.resolve()
  /** Why the port is closed though its component works: the last reset failed. */
  #failure: unknown
  readonly #waiting = new Waiting<void>()

  constructor(types: readonly MessageType[], { deadline, timed = false }: PortOptions) {
    this.types = types
    this.timed = timed
    this.deadlineMs =
      deadline === undefined ? Number.POSITIVE_INFINITY : periodMs(deadline, 'the deadline of a port')
  }

  /** How many peers are connected: subscribed, or ready to be asked. */
  abstract readonly connected: number

  /** Its name within the component: of its field, or the option `name`; '' until the component is made. */
  get name(): string {
    return this.#name
  }

  /** Name of the component that owns it; '' until that is made. */
  get component(): string {
    return this.#component
  }

  /** How far it reaches, as its actor says of its message types; `internal` for timers and inside ports. */
  get scope(): PortScope {
    return this.#scope
  }

  /** What it is, what it carries and where it listens now. A new object each time. */
  get info(): PortInfo {
    return { kind: this.kind, scope: this.scope, name: this.#name, message: this.carries, host: '', port: -1 }
  }

  /** Where peers connect to; '' on connecting kinds. */
  get endpoint(): string {
    return ''
  }

  /** Name of the message type, `Query#Answer` for two. */
  get carries(): string {
    return this.types.map((type) => type.name).join('#')
  }

  /** From onActivate() on, until onDeactivate() has returned; also where a reset has failed. */
  get isOpen(): boolean {
    return this.#environment !== undefined
  }

  /** The runtime's: gives the port its place. */
  place(component: string, name: string, scope: PortScope): void {
    this.#component = component
    this.#name = name
    this.#scope = scope
  }

  /** The runtime's: makes the port ready. Rejects with a PortError where its address cannot be had. */
  async open(environment: PortEnvironment): Promise<void> {
    this.#environment = environment
    const start = this.start()
    this.#starting = start.catch(() => undefined)
    try {
      await start
    } catch (error) {
      this.#environment = undefined
      throw error
    }
  }

  /**
   * The runtime's: ends the port; what it still holds has `lingerMs` to leave. Pending calls reject with
   * `closed`.
   */
  close(lingerMs = 0): void {
    if (!this.#environment) return
    this.stop(lingerMs)
    this.#environment = undefined
    this.#waiting.fail(() => this.closedWhile('ready() waited'))
  }

  /**
   * Forgets every connection and request, and starts afresh. Requests under way reject with `closed`. Where
   * it fails, the port stays closed until a reset succeeds. @throws PortError `address-in-use`,
   * `cannot-bind`, `closed`.
   */
  async reset(): Promise<void> {
    void this.environment
    this.stop(0)
    const restart = this.#starting.then(() => this.#restart())
    this.#starting = restart.catch(() => undefined)
    await restart
  }

  async #restart(): Promise<void> {
    this.#failure = undefined
    // Another reset may have started it meanwhile.
    if (this.isOpen) this.stop(0)
    try {
      if (this.isOpen) await this.start()
    } catch (error) {
      this.#failure = error
    }
    if (!this.isOpen) throw this.closedWhile('it was reset')
    this.changed()
    if (this.#failure !== undefined) throw this.#failure
  }

  /** Component and name, as errors and logs show it. */
  get path(): string {
    return this.#component ? `${this.#component}.${this.#name}` : this.#name || `a ${this.kind} port`
  }

  protected abstract start(): Promise<void>
  protected abstract stop(lingerMs: number): void

  protected get environment(): PortEnvironment {
    if (!this.#environment) {
      throw new OperationError(
        'not-open',
        `${this.path} is not open: ports work from onActivate() on, until onDeactivate() has returned`,
      )
    }
    return this.#environment
  }

  /** @throws OperationError `not-open`, which says what failed where that was a reset. */
  protected mustBeOpen(): void {
    // The getter explains a port that is not open.
    void this.environment
    if (this.#failure === undefined) return
    throw new OperationError(
      'not-open',
      `${this.path} is closed since its reset failed: ${messageOf(this.#failure)}; reset() may succeed later`,
      { cause: this.#failure },
    )
  }

  protected closedWhile(what: string): PortError {
    return new PortError('closed', `${this.path} was closed while ${what}`)
  }

  /** Tells the actor, and who waits for a peer, that the address or the connections changed. */
  protected changed(): void {
    this.environment.changed(this)
    if (this.connected > 0) while (this.#waiting.give());
  }

  /** What ready() does where a kind has it. */
  protected whenConnected(options: ReadyOptions | undefined, whom: string): Promise<void> {
    return lookedAt(this.#whenConnected(options?.timeout ?? limits.readyTimeoutMs, whom))
  }

  async #whenConnected(timeoutMs: number, whom: string): Promise<void> {
    this.mustBeOpen()
    checkTimeout(timeoutMs, this, Number.POSITIVE_INFINITY)
    if (this.connected > 0) return
    const text = `${this.path}: no ${whom} of ${this.carries} was connected within ${timeoutMs} ms`
    const hint = '; `quorate doctor` finds out why'
    await this.#waiting.wait(timeoutMs, () => new PortError('not-connected', text + hint))
  }

  /** What a reception needs of its port. */
  protected get receptionOwner(): ReceptionOwner {
    return {
      port: this,
      mustBeOpen: () => this.mustBeOpen(),
      refuse: (peer, reason) => this.refuse(peer, reason),
      unhandled: () =>
        this.warn('bytes', 'got bytes, but has neither a bytes handler nor a call to recvBytes()'),
    }
  }

  /** Counts what a peer sent and no handler may see; the reason is logged once for each peer. */
  protected refuse(peer: Peer, reason: string): void {
    this.stats.refused++
    this.warn('refused', `refused a message: ${reason}`, peer)
  }

  /** Tells that there is no connection, and why: the process has no more sockets, or the endpoint is none. */
  protected cannotConnect(target: PeerPort, cause: unknown): void {
    this.warn('connect', `cannot connect to ${target.endpoint}: ${messageOf(cause)}`, target)
  }

  protected warn(what: string, text: string, peer?: Peer): void {
    this.#environment?.notice({ port: this.path, level: 'warn', what, text, ...(peer ? { peer } : {}) })
  }
}

const CALLS = [
  'send',
  'sendBytes',
  'recv',
  'recvBytes',
  'ask',
  'askBytes',
  'update',
  'drop',
  'mend',
  'ready',
  'call',
  'callBytes',
]

for (const call of CALLS) {
  Object.defineProperty(Port.prototype, call, {
    configurable: true,
    writable: true,
    value(this: Port) {
      throw new OperationError(
        'wrong-direction',
        `${call}() makes no sense on ${this.path}, which is a ${this.kind} port`,
      )
    },
  })
}
