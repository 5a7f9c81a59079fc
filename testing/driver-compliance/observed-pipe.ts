/** A pipe and all that it told, held to the rules that always apply. */
import assert from 'node:assert/strict'
import { commLimits, type Pipe, type PipeHandler } from '../../communicator/index.js'
import { testingLimits } from '../limits.js'
import { frameOf } from './patterns.js'

export class ObservedPipe implements PipeHandler {
  readonly pipe: Pipe
  readonly frames: Buffer[] = []
  mostBytes: number = commLimits.frameBytes
  /** Of all frames that came. */
  bytes = 0
  /** Whether more should be sent. */
  hasRoom = true
  isClosed = false
  error: Error | undefined
  /** What it did that no pipe may. */
  #fault: string | undefined
  #isSending = false
  #wakers: (() => void)[] = []

  constructor(pipe: Pipe) {
    this.pipe = pipe
  }

  /** In the turn in which it was handed over. */
  open(mostBytes = this.mostBytes): this {
    this.mostBytes = mostBytes
    this.pipe.open(this)
    return this
  }

  // ---- what the pipe tells

  frame(frame: Buffer): void {
    this.#happened('a frame')
    this.frames.push(frame)
    this.bytes += frame.length
  }

  drained(): void {
    this.#happened('that there is room')
    if (this.hasRoom) this.#fault ??= 'it told of room though it had not told of none'
    this.hasRoom = true
  }

  closed(error?: Error): void {
    this.#happened('its end')
    this.isClosed = true
    this.error = error
  }

  // ---- what tests do

  /** As a handler may: whether there is room or not. */
  send(head: Buffer, body?: Uint8Array): void {
    this.#isSending = true
    const hasRoom = this.pipe.send(head, body)
    this.#isSending = false
    // That there is room again is told by drained() alone.
    this.hasRoom &&= hasRoom
  }

  /** Sends when there is room. */
  async sendInTime(head: Buffer, body?: Uint8Array): Promise<void> {
    if (!this.hasRoom) await this.until('there is room', () => this.hasRoom)
    this.send(head, body)
  }

  /** The frames of one sender, in time. */
  async sendAll(sender: number, sizes: readonly number[]): Promise<void> {
    for (const [number, bytes] of sizes.entries()) await this.sendInTime(frameOf(sender, number, bytes))
  }

  async received(count: number): Promise<readonly Buffer[]> {
    await this.until(`${count} frames came`, () => this.frames.length >= count)
    return this.frames
  }

  /** Resolves when it has ended. */
  async ended(): Promise<void> {
    if (!this.isClosed) await this.until('the pipe ended', () => this.isClosed, true)
  }

  /** Resolves when this is so. @throws AssertionError where it does not come, or the pipe ends before. */
  async until(what: string, isSo: () => boolean, mayEnd = false): Promise<void> {
    const deadline = performance.now() + testingLimits.patienceMs
    while (!isSo()) {
      assert.ok(mayEnd || !this.isClosed, `the pipe ended before ${what}: ${this.error?.message}`)
      const left = deadline - performance.now()
      assert.ok(left > 0, `it was waited in vain until ${what} (${this.frames.length} frames came)`)
      await this.#somethingHappens(left)
    }
    this.check()
  }

  /** @throws AssertionError where it broke a rule. */
  check(): void {
    assert.equal(this.#fault, undefined)
  }

  #happened(what: string): void {
    if (this.#isSending) this.#fault ??= `it told ${what} within send()`
    if (this.isClosed) this.#fault ??= `it told ${what} after its end`
    const wakers = this.#wakers
    this.#wakers = []
    for (const wake of wakers) wake()
  }

  #somethingHappens(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, withinMs)
      this.#wakers.push(() => {
        clearTimeout(timer)
        // When all that happens in this turn has been told.
        setImmediate(resolve)
      })
    })
  }
}
