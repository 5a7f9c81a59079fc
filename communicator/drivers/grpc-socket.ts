/**
 * A socket at which calls of gRPC arrive. A process that dials twice may do so by one socket.
 *
 * The library collects a message up to the longest that any peer may send, and shows its bytes to nobody: so
 * the socket itself is watched until somebody has introduced itself.
 */
import type { Socket } from 'node:net'
import { commLimits } from '../limits.js'
import type { GrpcPipe } from './grpc-pipe.js'

/** Milliseconds between two looks: a socket brings no more than a few MB in that time. */
const LOOK_MS = 20
/** Bytes besides the frame that HTTP/2, gRPC and protobuf need for one, and for which part of it. */
const ENVELOPE_BYTES = 128
const ENVELOPE_PART = 0.01
/** What may be there beyond the longest frame: settings, headers, what came with another frame. */
const SLACK_BYTES = 262_144

export class GrpcSocket {
  readonly #socket: Socket
  readonly #pipes = new Set<GrpcPipe>()
  readonly #timer: NodeJS.Timeout
  /** Bytes of it that became frames. */
  #taken = 0

  constructor(socket: Socket) {
    this.#socket = socket
    this.#timer = setInterval(() => this.#look(), LOOK_MS)
    this.#timer.unref()
    socket.once('close', () => clearInterval(this.#timer))
  }

  get socket(): Socket {
    return this.#socket
  }

  add(pipe: GrpcPipe): void {
    this.#pipes.add(pipe)
  }

  received(bytes: number): void {
    this.#taken = Math.min(this.#socket.bytesRead, this.#taken + bytes * (1 + ENVELOPE_PART) + ENVELOPE_BYTES)
  }

  /** Whether the socket was for this pipe alone; then it is destroyed. */
  cut(pipe: GrpcPipe): boolean {
    this.#pipes.delete(pipe)
    if (this.#pipes.size > 0) return false
    this.#socket.destroy()
    return true
  }

  /** The call of this pipe is over. */
  remove(pipe: GrpcPipe): void {
    this.#pipes.delete(pipe)
  }

  #look(): void {
    const most = Math.max(commLimits.helloFrameBytes, ...[...this.#pipes].map(({ mostBytes }) => mostBytes))
    if (most > commLimits.helloFrameBytes) clearInterval(this.#timer)
    else if (this.#socket.bytesRead - this.#taken > most + SLACK_BYTES) this.#socket.destroy()
  }
}
