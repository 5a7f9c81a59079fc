/**
 * Frames over a WebSocket: each is one binary message. What else comes, text for instance, is ignored. The
 * library reads, and says hello and goodbye; messages are written here, those of one turn as one piece.
 */
import type { Socket } from 'node:net'
import type { WebSocket } from 'ws'
import type { ConnectionFacts, Pipe, PipeHandler } from '../driver.js'
import { CommError } from '../errors.js'
import { commLimits } from '../limits.js'
import { Outflow } from './outflow.js'
import { broken, PipeEnd } from './pipe-end.js'
import { socketFacts } from './socket-facts.js'
import { maskedMessage, plainHeader } from './websocket-frame.js'

export const WEBSOCKET_PATH = '/f3'

/** Of both sides. */
export const socketOptions = {
  perMessageDeflate: false,
  maxPayload: commLimits.frameBytes,
  maxBufferedChunks: commLimits.socketPieces,
  maxFragments: commLimits.socketFragments,
} as const

/** What a ping and a pong are besides what they carry: two bytes, and the mask. */
const CONTROL_BYTES = 6
/** For so many bytes more counts each piece that is kept: its own memory. */
const PIECE_BYTES = 256
/** What may be there of a frame beyond its own bytes: what came with the frame before it, and pieces. */
const SLACK_BYTES = 262_144
const SLACK_PART = 0.25
/** Of `readyState`. */
const OPEN = 1
/** All say that the peer meant to end. */
const GOODBYES: readonly number[] = [1000, 1001, 1005]

/** Who listens does not mask; who dials does, in TLS by zeros, which costs nothing. */
export type Masking = 'plain' | 'masked' | 'zeros'

export class WebSocketPipe implements Pipe {
  readonly facts: ConnectionFacts
  readonly #socket: WebSocket
  /** Below it. */
  readonly #stream: Socket
  readonly #outflow: Outflow
  readonly #masking: Masking
  readonly #end = new PipeEnd()
  #handler: PipeHandler | undefined
  /** Of a message that is not whole, with what its pieces count for. */
  #unread = 0
  /** Whether something ended in the piece at hand: of that, less is kept than came. */
  #isHeard = false
  #timer: NodeJS.Timeout | undefined

  /** @param socket which is open since this turn @param stream which it is made of */
  constructor(socket: WebSocket, stream: Socket, masking: Masking) {
    this.#socket = socket
    this.#stream = stream
    this.#masking = masking
    this.#outflow = new Outflow(stream, () => {
      if (!this.#end.isOver && !this.#timer) this.#handler?.drained()
    })
    this.facts = socketFacts(stream)
    socket.pause()
    // The peer has gone, with a goodbye or without: nothing that waits can reach it any more.
    stream.once('end', () => socket.terminate())
    socket.on('error', (error) => this.destroy(broken(error)))
    socket.on('close', (code) => this.#closed(code))
  }

  get written(): number {
    return this.#stream.bytesWritten - this.#stream.writableLength
  }

  get queued(): number {
    return this.#outflow.queued
  }

  get received(): number {
    return this.#stream.bytesRead
  }

  open(handler: PipeHandler): void {
    this.#handler = handler
    this.#end.tell(handler)
    const socket = this.#socket
    const control = (data: Buffer): void => {
      this.#unread -= data.length + CONTROL_BYTES
      this.#isHeard = true
    }
    socket.on('message', (data, isBinary) => {
      this.#unread = 0
      this.#isHeard = true
      if (isBinary && Buffer.isBuffer(data)) this.#receive(data, handler)
    })
    socket.on('ping', control)
    socket.on('pong', control)
    // After the library, which has handed out by now what is whole.
    this.#stream.on('data', (chunk: Buffer) => this.#count(chunk.length, handler.mostBytes))
    socket.resume()
  }

  send(head: Buffer, body?: Uint8Array): boolean {
    // Also where the peer has said goodbye: what is sent then would be lost in silence.
    if (this.#end.isOver || this.#timer || this.#socket.readyState !== OPEN) return false
    if (this.#masking === 'masked') this.#outflow.put(maskedMessage(head, body))
    else {
      const length = head.length + (body?.length ?? 0)
      this.#outflow.put(plainHeader(length, this.#masking === 'zeros'))
      this.#outflow.put(head)
      if (body) this.#outflow.put(body)
    }
    return this.#outflow.hasRoom()
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  end(withinMs: number): void {
    if (this.#end.isOver || this.#timer) return
    this.#timer = setTimeout(() => this.destroy(), withinMs)
    this.#outflow.flush()
    // So that the peer's answer is seen.
    this.#socket.resume()
    this.#socket.close(1000)
  }

  destroy(error?: Error): void {
    this.#end.because(error)
    this.#socket.terminate()
    this.#over()
  }

  #receive(frame: Buffer, { mostBytes }: PipeHandler): void {
    if (this.#end.isOver || this.#timer) return
    if (frame.length <= mostBytes) this.#handler?.frame(frame)
    else this.#refuse(`a frame of ${frame.length} bytes is longer than ${mostBytes}`)
  }

  /** The library collects messages as long as it was made for: here they are held to what is allowed now. */
  #count(bytes: number, mostBytes: number): void {
    this.#unread += bytes + (this.#isHeard ? 0 : PIECE_BYTES)
    this.#isHeard = false
    if (this.#unread <= mostBytes * (1 + SLACK_PART) + SLACK_BYTES) return
    this.#refuse(`a frame is longer than ${mostBytes} bytes, or comes in too small pieces`)
  }

  #refuse(why: string): void {
    if (!this.#end.isOver) this.destroy(new CommError('BAD_DATA', why))
  }

  #closed(code: number): void {
    if (!this.#timer && !GOODBYES.includes(code)) {
      this.#end.because(new CommError('CLOSED', `the WebSocket of ${this.facts.peer_addr} broke (${code})`))
    }
    this.#over()
  }

  #over(): void {
    clearTimeout(this.#timer)
    this.#end.over()
  }
}
