/** Frames over a call of gRPC, at either end of it: each is one message. */
import type { ClientDuplexStream, ServerDuplexStream } from '@grpc/grpc-js'
import type { ConnectionFacts, Pipe, PipeHandler } from '../driver.js'
import { CommError } from '../errors.js'
import { commLimits } from '../limits.js'
import { encodeGrpcFrame, nextSeq } from './grpc-frame.js'
import { PipeEnd } from './pipe-end.js'

export type GrpcCall = ClientDuplexStream<Buffer, Buffer> | ServerDuplexStream<Buffer, Buffer>

export interface GrpcEnds {
  /** Ends the call at once, and what only it was for. */
  cut(): void
  /** A frame of so many bytes was handed out. */
  received?(bytes: number): void
}

export class GrpcPipe implements Pipe {
  readonly facts: ConnectionFacts
  readonly #call: GrpcCall
  readonly #ends: GrpcEnds
  readonly #end = new PipeEnd()
  #handler: PipeHandler | undefined
  #seq = 0
  /** Handed to the library, and not yet by it to HTTP/2. */
  #queuedBytes = 0
  #written = 0
  #isFull = false
  #timer: NodeJS.Timeout | undefined

  constructor(call: GrpcCall, facts: ConnectionFacts, ends: GrpcEnds) {
    this.#call = call
    this.facts = facts
    this.#ends = ends
  }

  get written(): number {
    return this.#written
  }

  get queued(): number {
    return this.#queuedBytes
  }

  /** Bytes of the longest frame that is taken now. */
  get mostBytes(): number {
    return this.#handler?.mostBytes ?? commLimits.helloFrameBytes
  }

  open(handler: PipeHandler): void {
    this.#handler = handler
    this.#end.tell(handler)
    this.#call.on('data', (frame: Buffer) => this.#receive(frame, handler))
  }

  send(head: Buffer, body?: Uint8Array): boolean {
    if (this.#end.isOver || this.#timer) return false
    this.#seq = nextSeq(this.#seq)
    const message = encodeGrpcFrame(this.#seq, head, body)
    this.#queuedBytes += message.length
    this.#call.write(message, () => this.#took(message.length))
    this.#isFull ||= this.#queuedBytes > commLimits.queuedBytes
    return !this.#isFull
  }

  pause(): void {
    this.#call.pause()
  }

  resume(): void {
    this.#call.resume()
  }

  end(withinMs: number): void {
    if (this.#end.isOver || this.#timer) return
    this.#timer = setTimeout(() => this.destroy(), withinMs)
    this.#call.resume()
    this.#call.end()
  }

  destroy(error?: Error): void {
    if (this.#end.isOver) return
    this.over(error)
    this.#ends.cut()
  }

  /** The call has ended. */
  over(error?: Error): void {
    clearTimeout(this.#timer)
    this.#end.over(this.#timer ? undefined : error)
  }

  #receive(frame: Buffer, handler: PipeHandler): void {
    if (this.#end.isOver || this.#timer) return
    this.#ends.received?.(frame.length)
    const { mostBytes } = handler
    if (frame.length <= mostBytes) handler.frame(frame)
    else {
      const text = `a frame of ${frame.length} bytes is longer than ${mostBytes}`
      this.destroy(new CommError('BAD_DATA', text))
    }
  }

  #took(bytes: number): void {
    this.#queuedBytes -= bytes
    this.#written += bytes
    if (!this.#isFull || this.#end.isOver || this.#queuedBytes > commLimits.queuedBytes / 2) return
    this.#isFull = false
    this.#handler?.drained()
  }
}
