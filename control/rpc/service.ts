/**
 * The device's side of auto-trainer-api: events on a PUB socket, commands on one that REQ sockets connect to.
 * Whatever comes in is answered, and harms nothing else.
 */
import {
  type AnySocket,
  createSockets,
  errnoOf,
  messageOf,
  type PublisherSocket,
  portOf,
  type RouterSocket,
  readAll,
  type Sockets,
} from '../../ports/index.js'
import { ApiCommand, ApiCommandRequestResult, ApiErrorKind, ApiTopic, isEmergency } from './codes.js'
import { type CommandRequestDelegate, Commands } from './delegate.js'
import { RpcError, unencodable } from './errors.js'
import { withCamelKeys } from './humps.js'
import { rpcLimits } from './limits.js'
import { type RpcOptions, settled } from './options.js'
import { Float, jsonText } from './python-json.js'
import { failureBytes, resultBody } from './reply.js'
import { readRequest } from './request.js'
import { isTopic, topicFrame } from './topics.js'

/** Counters of a service; they only grow. */
export interface RpcStats {
  /** Commands that a delegate was asked about, or would have been. */
  commands: number
  /** What came in and was no command; each was answered. */
  refused: number
  /** Messages that were published. */
  published: number
  /** Answers that could not be given: who asked was gone, or did not read. */
  unanswered: number
}

/** What a service is made of, where it is not of its own. */
export interface RpcPlace {
  /** Sockets of ZeroMQ unless told: those with keys let in nobody without. */
  readonly sockets?: Sockets
  /** Listens at its host alone, not on loopback beside it. Default false. */
  readonly isAlone?: boolean
  /** Told what the operator should know. Default: a warning of the process. */
  readonly warn?: (text: string) => void
}

const LOOPBACK = '127.0.0.1'
const ANYWHERE = '0.0.0.0'
const EMPTY = Buffer.alloc(0)

/** Publishes events and answers commands until it is stopped, for good. */
export class RpcService {
  /** What passed and what did not. The same object at all times, which goes on counting. */
  readonly stats: Readonly<RpcStats>
  readonly #stats: RpcStats = { commands: 0, refused: 0, published: 0, unanswered: 0 }
  readonly #options: Required<RpcOptions>
  readonly #sockets: Sockets
  readonly #warn: (text: string) => void
  readonly #isAlone: boolean
  readonly #commands: Commands
  #state: 'new' | 'started' | 'stopped' = 'new'
  #publisher: PublisherSocket | undefined
  #router: RouterSocket | undefined
  #ports = { subscriber: 0, command: 0 }
  #heartbeat: NodeJS.Timeout | undefined

  /** Listens when it is started. @throws RpcError `rpc-bad-option`. */
  constructor(
    options: RpcOptions = {},
    { sockets = createSockets(), isAlone = false, warn = warned }: RpcPlace = {},
  ) {
    this.#options = settled(options)
    this.#sockets = sockets
    this.#warn = warn
    this.#isAlone = isAlone
    this.stats = this.#stats
    this.#commands = new Commands({
      isFaithful: this.#options.faithful,
      publish: (request, response) => {
        this.#publish(ApiTopic.COMMAND_RESULT, Buffer.from(jsonText(resultBody(request, response))))
      },
      warn,
    })
  }

  /** TCP port that publishes; 0 before the start. */
  get subscriberPort(): number {
    return this.#ports.subscriber
  }

  /** TCP port that takes commands; 0 before the start. */
  get commandPort(): number {
    return this.#ports.command
  }

  /** Who answers commands; without one they are told that the service is not available. */
  get commandRequestDelegate(): CommandRequestDelegate | undefined {
    return this.#commands.delegate
  }

  set commandRequestDelegate(delegate: CommandRequestDelegate | undefined) {
    if (this.#state === 'stopped') this.#warn('a stopped RpcService asks no delegate')
    else this.#commands.delegate = delegate
  }

  /**
   * Listens; resolves when it does. The first heartbeat goes out an interval later.
   * @throws RpcError `rpc-in-use`, `rpc-cannot-bind`: nothing of it runs on then, and start() may be called
   * again; `rpc-started` where it was started before.
   */
  async start(): Promise<void> {
    if (this.#state !== 'new') {
      const text = 'an RpcService is started once; after its stop() make another'
      throw new RpcError('rpc-started', text)
    }
    this.#state = 'started'
    const door = 'commands'
    const publisher = this.#sockets.publisher({ door, isLossy: true, queueFrames: rpcLimits.queuedEvents })
    const router = this.#sockets.router({ door, frameBytes: rpcLimits.frameBytes, isTakenOver: false })
    try {
      const { subscriberPort, commandPort } = this.#options
      this.#ports = {
        subscriber: this.#bind(publisher, subscriberPort),
        command: this.#bind(router, commandPort),
      }
    } catch (error) {
      await Promise.all([publisher, router].map((socket) => this.#closed(socket, 0)))
      this.#state = 'new'
      throw error
    }
    this.#publisher = publisher
    this.#router = router
    const stopped = (cause: unknown): void => this.#warn(`an RpcService stopped reading: ${messageOf(cause)}`)
    // Subscriptions have to be read, or no more would be taken.
    readAll(publisher, [], () => 1).catch(stopped)
    readAll(router, [], (parts) => this.#asked(router, parts)).catch(stopped)
    this.#heartbeat = setInterval(() => this.#beat(), this.#options.heartbeatInterval * 1000)
  }

  /**
   * Ends it for good; resolves when its ports are free. Commands that are pending are not answered. Harmless
   * twice, and before start().
   */
  async stop(): Promise<void> {
    this.#state = 'stopped'
    clearInterval(this.#heartbeat)
    this.#commands.close()
    const open = [this.#publisher, this.#router].flatMap((socket) => socket ?? [])
    this.#publisher = undefined
    this.#router = undefined
    await Promise.all(open.map((socket) => this.#closed(socket, rpcLimits.lingerMs)))
  }

  /**
   * Publishes an object, its keys in camel case: `outer_value` is `outerValue`. A Date is seconds since 1970.
   * An event of an emergency goes out as EMERGENCY, too, before it. False where the service is not running.
   * @throws RpcError `rpc-unencodable`; nothing is published then.
   */
  sendDict(topic: number, message: object): boolean {
    const body = Buffer.from(jsonText(withCamelKeys(message, rpcLimits.depth)))
    const isUrgent = topic === ApiTopic.EVENT && 'kind' in message && isEmergency(message.kind)
    if (isUrgent) this.#publish(ApiTopic.EMERGENCY, body)
    return this.#publish(topic, body)
  }

  /**
   * Publishes an event, with its moment: by the wall clock, and by one that only grows (nanoseconds).
   * @param kind one of ApiEventKind, or any other @throws RpcError `rpc-unencodable`.
   */
  sendEvent(kind: number, context: object | null = null): boolean {
    const body = { kind, when: new Float(Date.now() / 1000), index: process.hrtime.bigint(), context }
    if (isEmergency(kind)) this.sendJson(ApiTopic.EMERGENCY, body)
    return this.sendJson(ApiTopic.EVENT, body)
  }

  /** As sendDict(), any value, with its keys as they are. @throws RpcError `rpc-unencodable`. */
  sendJson(topic: number, value: unknown): boolean {
    return this.#publish(topic, Buffer.from(jsonText(value)))
  }

  /** Publishes a text. False where the service is not running. @throws RpcError `rpc-unencodable`. */
  sendString(topic: number, text: string): boolean {
    return this.#publish(topic, Buffer.from(text))
  }

  /** Publishes bytes, copied. False where the service is not running. @throws RpcError `rpc-unencodable`. */
  send(topic: number, bytes: Uint8Array): boolean {
    return this.#publish(topic, Buffer.from(bytes))
  }

  #publish(topic: number, body: Buffer): boolean {
    if (!isTopic(topic))
      throw unencodable(`${String(topic)} is no topic: give an integer from 0 to 4294967295`)
    if (body.length > rpcLimits.messageBytes) {
      throw unencodable(`it takes ${body.length} bytes, over ${rpcLimits.messageBytes}`)
    }
    if (!this.#publisher) return false
    // Who does not keep up loses it; nobody waits.
    this.#publisher.send([topicFrame(topic), body]).catch(() => undefined)
    this.#stats.published++
    return true
  }

  #beat(): void {
    const { identifier, version } = this.#options
    const timestamp = new Float(Date.now() / 1000)
    this.#publish(ApiTopic.HEARTBEAT, Buffer.from(jsonText({ identifier, version, timestamp })))
  }

  #asked(router: RouterSocket, parts: Buffer[]): number {
    const ends = parts.findIndex((part, at) => at > 0 && part.length === 0)
    const envelope = ends < 0 ? [...parts.slice(0, 1), EMPTY] : parts.slice(0, ends + 1)
    const reply = (bytes: Buffer): void => {
      if (router.closed) return
      router.send([...envelope, bytes]).catch(() => {
        this.#stats.unanswered++
      })
    }
    const frames = ends < 0 ? [] : parts.slice(ends + 1)
    const [body = EMPTY] = frames
    const read =
      frames.length === 1
        ? readRequest(body, this.#options.faithful)
        : { flaw: `it has ${frames.length} frames behind the empty one, not one`, nonce: 0 }
    if ('request' in read) {
      this.#stats.commands++
      this.#commands.take(read.request, reply)
    } else {
      this.#stats.refused++
      reply(
        failureBytes(
          { nonce: read.nonce, command: ApiCommand.NONE },
          {
            result: ApiCommandRequestResult.UNRECOGNIZED,
            errorKind: ApiErrorKind.SYSTEM_ERROR,
            errorMessage: `this is no command: ${read.flaw}`,
          },
        ),
      )
    }
    return 1
  }

  /** At its host, and on loopback beside it. Gives the port. */
  #bind(socket: RouterSocket, port: number): number {
    const { host } = this.#options
    for (let attempt = 1; ; attempt++) {
      const at = portOf(this.#bindAt(socket, host, port))
      if (this.#isAlone || host === LOOPBACK || host === ANYWHERE) return at
      try {
        this.#bindAt(socket, LOOPBACK, at)
        return at
      } catch (error) {
        // A free one of the host need not be free on loopback.
        if (port !== 0 || attempt >= rpcLimits.portAttempts) throw error
        this.#sockets.unbind(socket, `tcp://${host}:${at}`)
      }
    }
  }

  #bindAt(socket: RouterSocket, host: string, port: number): string {
    try {
      return this.#sockets.bind(socket, `tcp://${host}:${port || '*'}`)
    } catch (cause) {
      if (errnoOf(cause) === 'EADDRINUSE') {
        const text = `the port ${port} of ${host} is in use; end the program that has it, or choose another`
        throw new RpcError('rpc-in-use', text, { cause })
      }
      const text = `an RpcService cannot listen at ${host}:${port}: ${messageOf(cause)}`
      throw new RpcError('rpc-cannot-bind', text, { cause })
    }
  }

  /** ZeroMQ closes in the background: resolves when the port is free, or that takes too long. */
  #closed(socket: AnySocket, lingerMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, rpcLimits.closeMs)
      socket.events.on('end', () => {
        clearTimeout(timer)
        resolve()
      })
      this.#sockets.close(socket, lingerMs)
    })
  }
}

/** Makes a service; undefined where it is not to be. @throws RpcError `rpc-bad-option`. */
export function createApiService({ rpc = {} }: { readonly rpc?: RpcOptions } = {}): RpcService | undefined {
  return rpc.enable === false ? undefined : new RpcService(rpc)
}

function warned(text: string): void {
  process.emitWarning(text, { code: 'QUORATE_RPC' })
}
