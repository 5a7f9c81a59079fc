/**
 * One connection, from its handshake to its end: who the peer is, whether it is there, and the messages of
 * both directions in their order. What it means for endpoints is its owner's.
 */
import type { ConnectionFacts, Mode, Pipe, PipeHandler } from './driver.js'
import type { Endpoint } from './endpoint.js'
import { CommError } from './errors.js'
import {
  COUNTER_END,
  FIRST_STREAM,
  FrameType,
  HANDSHAKE_STREAM,
  HEARTBEAT_PAYLOAD,
  type ParsedFrame,
  PREFIX_BYTES,
  parseFrame,
  plainFrame,
  writePrefix,
} from './frame.js'
import { type Introduction, introductionIn } from './handshake.js'
import { decodeMap } from './header-codec.js'
import { Heartbeat } from './heartbeat.js'
import { Inbox } from './inbox.js'
import { commLimits } from './limits.js'
import { type Connection, Message } from './message.js'
import { Outbox } from './outbox.js'

/** Payloads up to this size are copied: one that is kept would keep all that was received with it. */
const COPIED_BYTES = 16_384
/** Payloads up to this size are sent in one piece with their head. */
const JOINED_BYTES = 4096
const NO_HEADERS = Buffer.alloc(0)

export interface LinkOptions {
  readonly local: Endpoint
  readonly mode: Mode
  /** Of its connector. */
  readonly handle: string
  readonly heartbeatMs: number
  readonly handshakeMs: number
  readonly sendMs: number
  readonly maxFrameBytes: number
  /** The payload of its handshake. */
  handshake(): Buffer
}

/** Whoever has links. */
export interface LinkOwner {
  /** A peer says who it is. Gives why it cannot be that; then the link ends. */
  introduced(link: Link, who: Introduction): string | undefined
  /** The peer knows who is here, so that messages can go both ways. */
  settled(link: Link): void
  /** Never throws; a promise tells when the next may come. */
  receive(link: Link, appId: number, message: Message): unknown
  dropped(link: Link, why: string): void
  /** Once, as the last. */
  ended(link: Link, error: Error | undefined): void
}

type Phase = 'opening' | 'settling' | 'ready' | 'ended'

let made = 0

export class Link implements PipeHandler, Connection {
  readonly name = `CN${String(++made).padStart(5, '0')}`
  readonly options: LinkOptions
  readonly #pipe: Pipe
  readonly #owner: LinkOwner
  readonly #inbox: Inbox
  readonly #outbox: Outbox
  readonly #heartbeat: Heartbeat
  readonly #timer: NodeJS.Timeout
  #settling: NodeJS.Timeout | undefined
  #phase: Phase = 'opening'
  #sequence = 0
  #stream = FIRST_STREAM
  #isHeard = false
  /** Of the pipe, at the last look. */
  #written = 0
  #queued = 0
  #received = 0
  #isDeaf = false
  /** Whether it is this side that ends it. */
  #isEnding = false
  #isFull = false
  #owesAnswer = false
  /** What to say of it when it has ended. */
  #why: Error | undefined
  #over: () => void = () => undefined
  /** Resolves when it has ended. */
  readonly over = new Promise<void>((resolve) => {
    this.#over = resolve
  })
  /** Of the peer, as long as the link is its; set by the owner. */
  endpoint: Endpoint | undefined

  /** Does nothing before it is begun. */
  constructor(pipe: Pipe, options: LinkOptions, owner: LinkOwner) {
    this.options = options
    this.#pipe = pipe
    this.#owner = owner
    this.#heartbeat = new Heartbeat(options.heartbeatMs, performance.now())
    this.#inbox = new Inbox((isPressed) => this.#holdBack(isPressed))
    const whom = (): string => this.endpoint?.name ?? 'a peer'
    this.#outbox = new Outbox(whom, options.sendMs, ({ head, body }) => this.#write(head, body))
    this.#timer = setTimeout(() => {
      this.end(new CommError('TIMEOUT', `no handshake came within ${options.handshakeMs} ms`))
    }, options.handshakeMs)
  }

  /** Shakes hands. In the turn in which the pipe came. */
  begin(): void {
    this.#pipe.open(this)
    const { mode, handshake } = this.options
    if (mode === 'active') this.#control(FrameType.HELLO, handshake())
  }

  get facts(): ConnectionFacts {
    return this.#pipe.facts
  }

  get mostBytes(): number {
    return this.#phase === 'opening' ? commLimits.helloFrameBytes : this.options.maxFrameBytes
  }

  get isReady(): boolean {
    return this.#phase === 'ready'
  }

  /** Whether the peer has said who it is. */
  get isIntroduced(): boolean {
    return this.#phase === 'settling' || this.#phase === 'ready'
  }

  close(): void {
    this.end()
  }

  /**
   * Sends a message after all that were sent before. @param headers encoded @throws CommError as
   * Outbox.put(), and `BAD_DATA` for a frame that is too long.
   */
  send(appId: number, headers: Buffer = NO_HEADERS, payload: Buffer = NO_HEADERS): Promise<void> {
    const length = PREFIX_BYTES + headers.length + payload.length
    if (length > this.options.maxFrameBytes) {
      const text = `a frame of ${length} bytes is longer than ${this.options.maxFrameBytes}; send it in parts`
      return Promise.reject(new CommError('BAD_DATA', text))
    }
    const isJoined = payload.length <= JOINED_BYTES
    const head = Buffer.allocUnsafe(isJoined ? length : length - payload.length)
    // Counters are those of the moment in which it leaves.
    const of = { type: FrameType.DATA, appId, streamId: 0, sequence: 0 }
    writePrefix(head, of, headers.length, payload.length)
    headers.copy(head, PREFIX_BYTES)
    if (isJoined) payload.copy(head, PREFIX_BYTES + headers.length)
    return this.#outbox.put({ head, body: isJoined ? undefined : payload })
  }

  /** What is due at this moment. */
  look(nowMs: number): void {
    if (this.#phase === 'opening' || this.#phase === 'ended') return
    const { written = 0, queued = 0, received = 0 } = this.#pipe
    // The system takes bytes for a peer that is gone too, until it has no room: who makes room is there.
    const heard = this.#isHeard || (this.#queued > 0 && written > this.#written)
    // A long frame takes its time on a slow network: its sender hears no answer before all of it has come.
    const isAmidst = !this.#isHeard && received > this.#received
    this.#isHeard = false
    this.#written = written
    this.#queued = queued
    this.#received = received
    const look = this.#heartbeat.look(nowMs, heard, this.#isDeaf || isAmidst)
    if (look === 'ask') this.#ping()
    if (look === 'dead') this.end(new CommError('TIMEOUT', `${this.endpoint?.name} does not answer any more`))
  }

  /** Ends at once. */
  end(error?: Error): void {
    if (this.#phase === 'ended') return
    this.#isEnding = true
    this.#why ??= error
    this.#pipe.destroy(error)
    this.closed(error)
  }

  /** Ends when what was sent before has gone, or that takes too long. */
  finish(withinMs: number): void {
    this.#isEnding = true
    if (this.#phase !== 'ended') this.#pipe.end(withinMs)
  }

  // ---- what comes from the pipe

  frame(bytes: Buffer): void {
    if (this.#phase === 'ended') return
    this.#isHeard = true
    const frame = parseFrame(bytes)
    if (!frame) {
      this.#drop('its headers are longer than all of it')
      return
    }
    switch (frame.type) {
      case FrameType.DATA:
        this.#data(frame)
        return
      case FrameType.HELLO:
        if (this.options.mode === 'passive' && this.#phase === 'opening') {
          this.#control(FrameType.READY, this.options.handshake())
        }
        this.#introduce(frame.payload)
        return
      case FrameType.READY:
        this.#introduce(frame.payload)
        return
      case FrameType.PING:
        // Who asks before it was introduced is not answered: an answer says that it is known.
        if (this.isIntroduced) this.#answer()
        return
      case FrameType.PONG:
        this.#settle()
        return
      default:
        this.#drop(`nobody knows frames of type ${frame.type}`)
        return
    }
  }

  drained(): void {
    this.#isFull = false
    if (this.#owesAnswer) this.#answer()
    this.#outbox.drained()
  }

  closed(error?: Error): void {
    if (this.#phase === 'ended') return
    // Who refuses a name, or a certificate, says nothing of it.
    const isRefused = this.options.mode === 'active' && this.#phase !== 'ready' && !this.#isEnding
    this.#phase = 'ended'
    clearTimeout(this.#timer)
    clearTimeout(this.#settling)
    this.#inbox.end()
    this.#outbox.end()
    this.#owner.ended(this, isRefused ? refused(error) : (this.#why ?? error))
    this.#over()
  }

  // ---- the handshake

  #introduce(payload: Buffer): void {
    if (this.#phase !== 'opening') {
      this.end(new CommError('BAD_DATA', 'its peer shook hands twice'))
      return
    }
    const who = introductionIn(payload)
    // From here on it counts as introduced, for the owner's callbacks.
    this.#phase = 'settling'
    const why = 'why' in who ? who.why : this.#owner.introduced(this, who)
    if (why !== undefined) {
      this.#refuse(new CommError('BAD_DATA', `a peer is refused: ${why}`))
      return
    }
    if (this.#phase !== 'settling') return
    clearTimeout(this.#timer)
    if (this.options.mode === 'active') this.#awaitSettled()
    else this.#settle()
  }

  /** READY has been said, as the reference does: it still goes. Nothing else does. */
  #refuse(error: CommError): void {
    this.#isEnding = true
    this.#pipe.end(commLimits.refusedMs)
    this.closed(error)
  }

  /**
   * A listener of the reference tells READY before it has registered who dialled, and loses what comes in
   * between: so it is asked until it answers, which it does when it has.
   */
  #awaitSettled(): void {
    const { settleEveryMs, settleMs } = commLimits
    let left = Math.ceil(settleMs / settleEveryMs)
    const ask = (): void => {
      if (left-- === 0) {
        this.#settle()
        return
      }
      this.#ping()
      this.#settling = setTimeout(ask, settleEveryMs)
    }
    ask()
  }

  #settle(): void {
    if (this.#phase !== 'settling') return
    clearTimeout(this.#settling)
    this.#phase = 'ready'
    this.#owner.settled(this)
  }

  // ---- frames

  #data({ appId, headers, payload }: ParsedFrame): void {
    // Only who has registered this side sends to it.
    this.#settle()
    if (this.#phase !== 'ready') return
    const read = headers.length === 0 ? { map: undefined } : decodeMap(headers)
    if ('why' in read) {
      this.#drop(`its headers cannot be read: ${read.why}`)
      return
    }
    const message = new Message(read.map, payload.length === 0 ? undefined : kept(payload))
    const bytes = PREFIX_BYTES + headers.length + payload.length
    this.#inbox.take(appId, bytes, () => this.#owner.receive(this, appId, message))
  }

  #drop(why: string): void {
    if (this.isIntroduced) this.#owner.dropped(this, why)
  }

  #holdBack(isPressed: boolean): void {
    this.#isDeaf = isPressed
    if (isPressed) this.#pipe.pause()
    else this.#pipe.resume()
  }

  #ping(): void {
    this.#control(FrameType.PING, HEARTBEAT_PAYLOAD)
  }

  /** One answer for all that ask while there is no room: who asks and never reads gets no more. */
  #answer(): void {
    this.#owesAnswer = this.#isFull
    if (!this.#isFull) this.#control(FrameType.PONG, HEARTBEAT_PAYLOAD)
  }

  /** Goes before all that waits for room. */
  #control(type: number, payload: Uint8Array): void {
    this.#write(plainFrame({ type, appId: 0, streamId: 0, sequence: 0 }, payload))
  }

  /** Gives false where nothing more should be sent until drained(). */
  #write(head: Buffer, body?: Uint8Array): boolean {
    const type = head.readUInt8(6)
    const isHandshake = type === FrameType.HELLO || type === FrameType.READY
    head.writeUInt16BE(isHandshake ? HANDSHAKE_STREAM : this.#stream, 12)
    if (!isHandshake) this.#stream = (this.#stream + 1) % COUNTER_END
    this.#sequence = (this.#sequence + 1) % COUNTER_END
    head.writeUInt16BE(this.#sequence, 14)
    this.#isFull = !this.#pipe.send(head, body)
    return !this.#isFull
  }
}

function refused(cause: Error | undefined): CommError {
  const what = 'the peer ended the connection before it took this endpoint'
  const why = cause ? `: ${cause.message}` : '; it may refuse its name or its certificate'
  return new CommError('CLOSED', what + why, { cause })
}

function kept(payload: Buffer): Buffer {
  return payload.length <= COPIED_BYTES ? Buffer.from(payload) : payload
}
