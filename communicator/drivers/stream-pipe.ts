/**
 * Frames over a stream of bytes: a socket of TCP, of TLS or of the file system. Small frames of one turn
 * leave as one piece; large ones are not copied.
 */
import type { Socket } from 'node:net'
import type { ConnectionFacts, Pipe, PipeHandler } from '../driver.js'
import { CommError } from '../errors.js'
import { FrameReader } from '../frame-reader.js'
import { Outflow } from './outflow.js'
import { broken, PipeEnd } from './pipe-end.js'

export class StreamPipe implements Pipe {
  readonly facts: ConnectionFacts
  readonly #socket: Socket
  readonly #outflow: Outflow
  readonly #end = new PipeEnd()
  #handler: PipeHandler | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(socket: Socket, facts: ConnectionFacts) {
    this.#socket = socket
    this.facts = facts
    this.#outflow = new Outflow(socket, () => {
      if (!this.#end.isOver) this.#handler?.drained()
    })
  }

  get written(): number {
    return this.#socket.bytesWritten - this.#socket.writableLength
  }

  get queued(): number {
    return this.#outflow.queued
  }

  get received(): number {
    return this.#socket.bytesRead
  }

  open(handler: PipeHandler): void {
    this.#handler = handler
    this.#end.tell(handler)
    const socket = this.#socket
    const reader = new FrameReader(handler)
    socket.on('data', (chunk: Buffer) => {
      if (this.#end.isOver) return
      const wrong = reader.push(chunk)
      if (wrong) this.destroy(new CommError('BAD_DATA', wrong))
    })
    socket.on('error', (error) => this.#over(broken(error)))
    socket.on('end', () => {
      if (reader.isWithin) this.#end.because(new CommError('CLOSED', 'the connection broke within a frame'))
    })
    socket.on('close', () => this.#over())
  }

  send(head: Buffer, body?: Uint8Array): boolean {
    if (this.#end.isOver || this.#timer) return false
    this.#outflow.put(head)
    if (body) this.#outflow.put(body)
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
    this.#outflow.flush()
    this.#timer = setTimeout(() => this.destroy(), withinMs)
    this.#socket.resume()
    // The rest is the peer's: who closes over bytes that it has not read takes back what it sent.
    this.#socket.end()
  }

  destroy(error?: Error): void {
    this.#end.because(error)
    this.#socket.destroy()
    this.#over()
  }

  #over(why?: Error): void {
    clearTimeout(this.#timer)
    this.#end.over(why)
  }
}
