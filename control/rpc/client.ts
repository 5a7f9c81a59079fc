/**
 * The manager's side of auto-trainer-api: hears what a device publishes, and commands it. Any number of
 * commands may be under way; a device of the reference answers them one after another.
 */
import { randomInt } from 'node:crypto'
import {
  createSockets,
  type DealerSocket,
  KeyedWaiting,
  messageOf,
  newLinkId,
  readAll,
  type Sockets,
  type SubscriberSocket,
} from '../../ports/index.js'
import { spanned } from '../tracing/spans.js'
import { ApiCommandRequestResult, ApiTopic, isEmergency } from './codes.js'
import { RpcError } from './errors.js'
import { EventStream } from './event-stream.js'
import { rpcLimits } from './limits.js'
import { badOption, requirePort } from './options.js'
import { type ApiReply, readReply, replyIn } from './reply.js'
import { requestBytes } from './request.js'
import { type ApiMessage, readMessage, topicFrame } from './topics.js'

/** Options of a client. Without any it connects to a device of the same host. */
export interface RpcClientOptions {
  /** Name or address of the device's host. Default `127.0.0.1`. */
  readonly host?: string
  /** TCP port on which it publishes. Default 5556. */
  readonly subscriberPort?: number
  /** TCP port on which it takes commands. Default 5557. */
  readonly commandPort?: number
  /** events() tells of these topics alone. Default all. */
  readonly topics?: readonly number[]
  /** CURVE public key (Z85) of the device, where it is locked. */
  readonly peerKey?: string
}

/** What a client is made of, where it is not of its own. */
export interface RpcClientPlace {
  /** Sockets of ZeroMQ unless told: those with a lock reach a device that is locked. */
  readonly sockets?: Sockets
  /** Told when both connections stood, and one breaks. They are dialled again, at the same address. */
  readonly lost?: () => void
}

/** What a command is given. */
export interface RequestOptions {
  /** Which of the commands of the application, with USER_DEFINED. */
  readonly customCommand?: number
  /** Anything that JSON has. */
  readonly data?: unknown
  /** Milliseconds until the answer, with the time to connect. Default 10,000. */
  readonly timeout?: number
  /** From 0 on; a new one unless told. */
  readonly nonce?: number
}

/** As RequestOptions, for one whose result may come later. */
export interface RunOptions extends RequestOptions {
  /** Milliseconds from the answer, that it is pending, to the result. Default 60,000. */
  readonly resultTimeout?: number
}

const NONCES = 2 ** 31 - 1
const EMPTY = Buffer.alloc(0)

/** Commands one device, and hears what it publishes, until it is closed. */
export class RpcClient {
  readonly #sockets: Sockets
  readonly #where: string
  readonly #topics: readonly number[] | undefined
  readonly #lostOne: () => void
  readonly #dealer: DealerSocket
  readonly #subscriber: SubscriberSocket
  readonly #replies = new KeyedWaiting<number, ApiReply>()
  readonly #results = new KeyedWaiting<number, ApiReply>()
  readonly #connecting = new KeyedWaiting<object, void>()
  readonly #streams = new Set<EventStream<ApiMessage>>()
  /** Kinds and indices of emergencies, of which a copy is to come as an event. */
  readonly #emergencies = new Set<string>()
  #isHearing = false
  /** Until its subscription is in force. */
  #joining: NodeJS.Timeout | undefined
  #isDialled = false
  #isClosed = false
  #nonce = randomInt(NONCES)

  /** Connects in the background, again and again. @throws RpcError `rpc-bad-option`. */
  constructor(
    options: RpcClientOptions = {},
    { sockets = createSockets(), lost = () => undefined }: RpcClientPlace = {},
  ) {
    const { host = '127.0.0.1', subscriberPort = 5556, commandPort = 5557, topics, peerKey } = options
    requirePort('subscriberPort', subscriberPort)
    requirePort('commandPort', commandPort)
    this.#sockets = sockets
    this.#where = `${host}:${subscriberPort}:${commandPort}`
    this.#topics = topics
    this.#lostOne = lost
    const bounds = { frameBytes: rpcLimits.frameBytes, peerKey }
    this.#dealer = this.#sockets.dealer({ ...bounds, routingId: newLinkId('') })
    this.#subscriber = this.#sockets.subscriber(bounds)
    try {
      // run() needs results, whoever else wants them.
      const heard = topics && [ApiTopic.COMMAND_RESULT, ...topics]
      this.#subscriber.subscribe(...(heard?.map(topicFrame) ?? [EMPTY]))
      this.#watch()
      this.#dealer.connect(`tcp://${host}:${commandPort}`)
      this.#subscriber.connect(`tcp://${host}:${subscriberPort}`)
    } catch (cause) {
      this.close()
      throw badOption(`${JSON.stringify(host)} is no host: ${messageOf(cause)}`)
    }
    const ended = (): void => this.close()
    readAll(this.#dealer, [], (parts) => this.#answered(parts)).catch(ended)
    readAll(this.#subscriber, [], (parts) => this.#published(parts)).catch(ended)
  }

  /** Whether both its connections stand. */
  get isConnected(): boolean {
    return this.#isDialled && this.#isHearing
  }

  /**
   * Resolves when both connections stand, and what is published is heard. @throws RpcError
   * `rpc-unreachable` where that takes longer than these milliseconds; `rpc-refused` where the device does
   * not let its key in; `rpc-closed`.
   */
  async connected(withinMs: number = rpcLimits.requestMs): Promise<void> {
    if (this.#isClosed) throw this.#closed()
    if (this.isConnected) return
    const late = (): RpcError => {
      const text = `nobody answers at ${this.#where}; is a device there, and are these its ports?`
      return new RpcError('rpc-unreachable', text)
    }
    await this.#connecting.wait({}, withinMs, late)
  }

  /**
   * Sends a command and resolves with its answer, which may be that it is pending, or that it failed.
   * @throws RpcError `rpc-unreachable` and `rpc-refused` where nothing was sent; `rpc-timeout` and `rpc-lost`
   * where it may be carried out; `rpc-unencodable`, `rpc-bad-option`, `rpc-again`, `rpc-closed`.
   */
  request(command: number, options: RequestOptions = {}): Promise<ApiReply> {
    const attributes = { 'quorate.command': command }
    return spanned({ name: 'quorate rpc request', kind: 'client', attributes }, (traceparent) => {
      return this.#request(command, options, traceparent)
    })
  }

  async #request(
    command: number,
    options: RequestOptions,
    traceparent: string | undefined,
  ): Promise<ApiReply> {
    const { customCommand, data, timeout = rpcLimits.requestMs } = options
    const nonce = options.nonce ?? this.#nextNonce()
    requireNonce(nonce, this.#replies.has(nonce))
    const bytes = requestBytes({ command, customCommand, nonce, data, traceparent })
    if (this.#replies.size + this.#connecting.size >= rpcLimits.waitingRequests) {
      throw new RpcError('rpc-again', `${this.#replies.size} commands wait for their answers; send fewer`)
    }
    const startedMs = performance.now()
    await this.connected(timeout)
    const leftMs = Math.max(0, timeout - (performance.now() - startedMs))
    const reply = this.#replies.wait(nonce, leftMs, () => {
      const text = `the command ${command} was not answered within ${timeout} ms; it may be carried out yet`
      return new RpcError('rpc-timeout', text)
    })
    this.#dealer.send([EMPTY, bytes]).catch(() => this.#replies.reject(nonce, this.#lost()))
    return reply
  }

  /**
   * As request(), but where the answer is that the command is pending and its result will be published, it
   * resolves with the result. @throws as request(); RpcError `rpc-no-result`.
   */
  async run(command: number, options: RunOptions = {}): Promise<ApiReply> {
    const nonce = options.nonce ?? this.#nextNonce()
    const { resultTimeout = rpcLimits.resultMs, timeout = rpcLimits.requestMs } = options
    // Before it is sent: the result may come before the answer.
    const result = this.#results.wait(nonce, timeout + resultTimeout, () => {
      const text = `the command ${command} was begun; its result did not come within ${resultTimeout} ms`
      return new RpcError('rpc-no-result', text)
    })
    result.catch(() => undefined)
    try {
      const reply = await this.request(command, { ...options, nonce })
      if (reply.result === ApiCommandRequestResult.PENDING_WITH_NOTIFICATION) return await result
      return reply
    } finally {
      this.#results.forget(nonce)
    }
  }

  /**
   * What is published from now on. Each call is a stream of its own; one that is not read keeps the newest
   * 10,000. Copies of emergencies are left out.
   */
  events(): EventStream<ApiMessage> {
    const stream = new EventStream<ApiMessage>((ended) => this.#streams.delete(ended))
    if (this.#isClosed) stream.end()
    else this.#streams.add(stream)
    return stream
  }

  /** Ends streams; what waits is rejected. Harmless twice. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#endJoining()
    this.#sockets.close(this.#dealer)
    this.#sockets.close(this.#subscriber)
    for (const waiting of [this.#replies, this.#results, this.#connecting]) {
      waiting.rejectAll(() => this.#closed())
    }
    for (const stream of this.#streams) stream.end()
    this.#streams.clear()
  }

  #watch(): void {
    const broke = (end: () => void): void => {
      const didStand = this.isConnected
      end()
      if (didStand && !this.#isClosed) this.#lostOne()
    }
    this.#dealer.events.on('handshake', () => {
      this.#isDialled = true
      this.#changed()
    })
    this.#dealer.events.on('disconnect', () => {
      broke(() => {
        this.#isDialled = false
        this.#replies.rejectAll(() => this.#lost())
      })
    })
    // What it subscribes to is on its way then; nobody says when the device knows.
    this.#subscriber.events.on('handshake', () => {
      this.#joining = setTimeout(() => this.#hears(), rpcLimits.joiningMs)
    })
    this.#subscriber.events.on('disconnect', () => {
      broke(() => {
        this.#endJoining()
        this.#isHearing = false
      })
    })
    for (const { events } of [this.#dealer, this.#subscriber]) {
      // It is dialled again: somebody may vouch for the key yet. Who waits learns of it now.
      events.on('handshake:error:auth', () => this.#connecting.rejectAll(() => this.#refused()))
    }
  }

  #hears(): void {
    this.#endJoining()
    this.#isHearing = true
    this.#changed()
  }

  #endJoining(): void {
    clearTimeout(this.#joining)
    this.#joining = undefined
  }

  #changed(): void {
    if (this.isConnected) this.#connecting.settleAll(undefined)
  }

  #answered(parts: readonly Buffer[]): number {
    const reply = parts.length === 2 && parts[0]?.length === 0 && readReply(parts[1] ?? EMPTY)
    if (reply) this.#replies.settle(reply.nonce, reply)
    return 1
  }

  #published(parts: readonly Buffer[]): number {
    if (this.#joining) this.#hears()
    const message = readMessage(parts)
    if (!message) return 1
    const { topic, value } = message
    if (topic === ApiTopic.COMMAND_RESULT) {
      const result = replyIn(value)
      if (result) this.#results.settle(result.nonce, result)
    }
    const isWanted = this.#topics?.includes(topic) ?? true
    if (isWanted && !this.#isCopy(topic, value)) for (const stream of this.#streams) stream.push(message)
    return 1
  }

  /** Each emergency goes out twice. */
  #isCopy(topic: number, value: unknown): boolean {
    if (topic !== ApiTopic.EMERGENCY && topic !== ApiTopic.EVENT) return false
    if (typeof value !== 'object' || value === null || !('kind' in value) || !isEmergency(value.kind)) {
      return false
    }
    const key = `${value.kind} ${'index' in value ? value.index : ''}`
    if (topic === ApiTopic.EVENT) return this.#emergencies.delete(key)
    this.#emergencies.add(key)
    const [oldest] = this.#emergencies.size > rpcLimits.knownEmergencies ? this.#emergencies : []
    if (oldest !== undefined) this.#emergencies.delete(oldest)
    return false
  }

  #nextNonce(): number {
    this.#nonce = (this.#nonce + 1) % NONCES
    return this.#nonce
  }

  #lost(): RpcError {
    const text = `the connection to ${this.#where} broke; whether the command was carried out is not known`
    return new RpcError('rpc-lost', text)
  }

  #refused(): RpcError {
    const way = 'commands take that of an operator, which is valid: quorate keys actor --role operator'
    return new RpcError('rpc-refused', `${this.#where} does not let this key in; ${way}`)
  }

  #closed(): RpcError {
    return new RpcError('rpc-closed', `the client of ${this.#where} was closed`)
  }
}

/** A device of the reference alters the sign of what it answers to. */
function requireNonce(nonce: number, isTaken: boolean): void {
  if (!Number.isSafeInteger(nonce) || nonce < 0)
    throw badOption(`the nonce is ${nonce}; give an integer from 0 on`)
  if (isTaken) throw badOption(`a command with the nonce ${nonce} waits already; give another, or none`)
}
