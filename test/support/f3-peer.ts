/**
 * A peer of F3 that a test leads byte by byte, over anything that carries bytes: TCP, TLS, a Unix socket, a
 * WebSocket made a stream. It shares no code with `communicator/`, believes nothing, and does only what
 * it is told; answering a PING is the one thing that it does by itself.
 */
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import {
  F3,
  FrameCutter,
  type FrameParts,
  frameBytes,
  packed,
  parsedFrame,
  type RawFrame,
} from './f3-frames.js'

interface Waiting {
  readonly types: readonly number[]
  resolve(frame: RawFrame): void
  reject(error: Error): void
}

export class F3Peer {
  readonly line: Duplex
  readonly name: string
  /** Whether PING is answered with PONG. */
  answersPing = true
  /** Resolves when nothing more can come, by whomever it was ended. */
  readonly ended: Promise<void>
  /** How many frames came of each type, taken or not. */
  readonly counts: Record<number, number> = {}
  readonly #cutter = new FrameCutter()
  readonly #untaken: RawFrame[] = []
  readonly #waiting = new Set<Waiting>()
  #hasEnded = false
  #sequence = 0
  #stream = 16

  constructor(line: Duplex, name = 'peer') {
    this.line = line
    this.name = name
    this.ended = new Promise((resolve) => {
      const end = (): void => {
        this.#end()
        resolve()
      }
      line.once('end', end).once('close', end)
    })
    // Who hears of the end need not hear of its reason: a reset is one of the ends that tests bring about.
    line.on('error', () => undefined)
    line.on('data', (chunk: Buffer) => this.#read(chunk))
  }

  static dial(
    at: { readonly port: number; readonly host?: string } | { readonly path: string },
    name?: string,
  ) {
    return new Promise<F3Peer>((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', ...at, noDelay: true })
      socket.once('error', reject)
      socket.once('connect', () => resolve(new F3Peer(socket, name)))
    })
  }

  get hasEnded(): boolean {
    return this.#hasEnded
  }

  /** Any bytes; false where they wait for the other side to read. */
  bytes(bytes: Buffer): boolean {
    return this.line.write(bytes)
  }

  /** Resolves when the system has taken them: held back for as long as the other side does not read. */
  taken(bytes: Buffer): Promise<void> {
    return new Promise((resolve, reject) =>
      this.line.write(bytes, (error) => (error ? reject(error) : resolve())),
    )
  }

  /** The pieces between these places, each of which the system has taken before the next is written. */
  async split(bytes: Buffer, at: readonly number[]): Promise<void> {
    const places = [0, ...at, bytes.length]
    for (const [index, from] of places.entries()) {
      const to = places[index + 1]
      if (to !== undefined && to > from) await this.taken(bytes.subarray(from, to))
    }
  }

  /** A frame with the counters that are due, unless it has others. */
  frame(parts: FrameParts): Buffer {
    const isHandshake = parts.type === F3.HELLO || parts.type === F3.READY
    if (!isHandshake) this.#stream = (this.#stream + 1) & 0xffff
    this.#sequence = (this.#sequence + 1) & 0xffff
    const streamId = isHandshake ? 1 : this.#stream
    return frameBytes({ streamId, sequence: this.#sequence, ...parts })
  }

  send(parts: FrameParts): boolean {
    return this.bytes(this.frame(parts))
  }

  data(appId: number, headers: object | undefined, payload?: Buffer | string): boolean {
    return this.send(dataParts(appId, headers, payload))
  }

  /** HELLO, or READY, with this name and properties. */
  greet(type: number = F3.HELLO, props: object = {}, name = this.name): boolean {
    return this.send(greeting(type, name, props))
  }

  /** Says HELLO and waits for READY. */
  async shakeHands(props: object = {}): Promise<RawFrame> {
    this.greet(F3.HELLO, props)
    return await this.next(F3.READY)
  }

  /** Waits for HELLO and says READY. */
  async takeHello(props: object = {}): Promise<RawFrame> {
    const hello = await this.next(F3.HELLO)
    this.greet(F3.READY, props)
    return hello
  }

  /**
   * The next frame that nobody took, of one of these types; of any but PING and PONG where none is named.
   * Rejects where the line ends before one comes.
   */
  next(...types: readonly number[]): Promise<RawFrame> {
    const at = this.#untaken.findIndex(({ type }) => isOf(type, types))
    // Of many, the first is taken far sooner in this way.
    const there = at === 0 ? this.#untaken.shift() : at > 0 ? this.#untaken.splice(at, 1)[0] : undefined
    if (there !== undefined) return Promise.resolve(there)
    if (this.#hasEnded) return Promise.reject(new Error(`${this.name}: ended, and no such frame came`))
    return new Promise((resolve, reject) => this.#waiting.add({ types, resolve, reject }))
  }

  /** Resolves when what was sent until now has been worked off, which is when a PING of now is answered. */
  async settled(): Promise<void> {
    this.send({ type: F3.PING, payload: NIL })
    await this.next(F3.PONG)
  }

  /** Reads nothing from now on, until it is released. */
  hold(): void {
    this.line.pause()
  }

  release(): void {
    this.line.resume()
  }

  halfClose(): void {
    this.line.end()
  }

  close(): void {
    this.line.destroy()
  }

  #read(chunk: Buffer): void {
    for (const bytes of this.#cutter.take(chunk)) {
      const frame = parsedFrame(bytes)
      this.counts[frame.type] = (this.counts[frame.type] ?? 0) + 1
      this.#give(frame)
      if (frame.type === F3.PING && this.answersPing) this.send({ type: F3.PONG, payload: NIL })
    }
  }

  #give(frame: RawFrame): void {
    for (const waiting of this.#waiting) {
      if (!isOf(frame.type, waiting.types)) continue
      this.#waiting.delete(waiting)
      waiting.resolve(frame)
      return
    }
    this.#untaken.push(frame)
  }

  #end(): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    for (const { reject } of this.#waiting) reject(new Error(`${this.name}: the other side has ended it`))
    this.#waiting.clear()
  }
}

const NIL = Buffer.of(0xc0)

function isOf(type: number, types: readonly number[]): boolean {
  return types.length === 0 ? type !== F3.PING && type !== F3.PONG : types.includes(type)
}

export function dataParts(appId: number, headers?: object, payload?: Buffer | string): FrameParts {
  return {
    type: F3.DATA,
    appId,
    ...(headers && { headers: packed(headers) }),
    ...(payload !== undefined && { payload: Buffer.from(payload) }),
  }
}

export function greeting(type: number, name: string, props: object = {}): FrameParts {
  return { type, payload: packed({ endpoint_name: name, timestamp: 1700000000.5, ...props }) }
}
