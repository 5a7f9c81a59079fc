/** What comes by a lane, over one stream after another; what never came shows in the numbers. */
import type { Buffer } from 'node:buffer'
import type { Duplex } from 'node:stream'
import type { Headers } from '../sessions/index.js'
import { BYTES, type LaneFrame, LaneReader, unpacked } from './lane-frame.js'

export interface InflowOptions {
  value(value: unknown): void
  /** Without it bytes are refused. */
  bytes?(bytes: Buffer): void
  missed(messages: number): void
  refused(why: string): void
}

export class Inflow {
  readonly #options: InflowOptions
  #stream: Duplex | undefined
  /** Of whoever sends, since its start. */
  #run: string | undefined
  #last = 0

  constructor(options: InflowOptions) {
    this.#options = options
  }

  /** Takes what comes by this stream, and no more by the one before. */
  take(stream: Duplex, { run }: Headers): void {
    this.#stream?.destroy()
    this.#stream = stream
    if (run !== this.#run) this.#last = 0
    this.#run = run
    const reader = new LaneReader()
    stream.on('error', () => undefined)
    stream.on('close', () => {
      if (this.#stream === stream) this.#stream = undefined
    })
    stream.on('end', () => stream.end())
    stream.on('data', (piece: Buffer) => {
      try {
        for (const frame of reader.read(piece)) this.#frame(frame)
      } catch (error) {
        this.#options.refused(error instanceof Error ? error.message : 'what is no frame')
        stream.destroy(error instanceof Error ? error : undefined)
      }
    })
  }

  /** By which answers go back; undefined while none is open. */
  get stream(): Duplex | undefined {
    return this.#stream
  }

  end(): void {
    this.#stream?.destroy()
  }

  #frame({ kind, number, payload }: LaneFrame): void {
    if (number > 0) this.#numbered(number)
    if (kind === BYTES) {
      if (this.#options.bytes) this.#options.bytes(payload)
      else this.#options.refused('bytes, where only values come')
      return
    }
    const message = unpacked(payload)
    if ('refusal' in message) this.#options.refused(`no value: ${message.refusal}`)
    else this.#options.value(message.value)
  }

  /** The first that comes of a run may have been preceded by some that nobody was there for. */
  #numbered(number: number): void {
    const missed = number - this.#last - 1
    if (this.#last > 0 && missed > 0) this.#options.missed(missed)
    this.#last = number
  }
}
