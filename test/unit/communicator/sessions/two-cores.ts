/** Two cores, and between them a wire that breaks. */
import { Buffer } from 'node:buffer'
import { type CoreOptions, SessionCore } from '../../../../communicator/sessions/session-core.js'
import { DATA_HEAD_BYTES, readSessionFrame } from '../../../../communicator/sessions/session-frame.js'

export const options: CoreOptions = { holdMs: 60_000, answerMs: 5000, resendBytes: 4096 }

let ids = 0

/** Never loses its patience. */
export const patient: CoreOptions = { holdMs: 1e12, answerMs: 1e12, resendBytes: 4096 }

export function newCore(nowMs = 0, given = options): SessionCore {
  const id = Buffer.alloc(8)
  id.writeUInt32BE(++ids, 4)
  return new SessionCore(id, given, nowMs)
}

export function dataFrame(text: string): Buffer {
  return Buffer.concat([Buffer.alloc(DATA_HEAD_BYTES), Buffer.from(text)])
}

/** One end: what it submitted, which are numbers from 0 on, what it got, and what is on its way to it. */
export class End {
  readonly core: SessionCore
  readonly submitted: string[] = []
  readonly got: string[] = []
  readonly wire: Buffer[] = []

  constructor(core: SessionCore = newCore()) {
    this.core = core
  }

  /** Submits the next number, where there is room for it. */
  submit(nowMs: number): void {
    if (this.core.room <= 0) return
    const text = String(this.submitted.length)
    this.submitted.push(text)
    this.core.submit(dataFrame(text), nowMs)
  }

  /** Puts its next frame on the wire to the other, as a copy; false where it has none. */
  transmit(to: End, nowMs: number): boolean {
    const frame = this.core.take(nowMs)
    if (frame === undefined) return false
    to.wire.push(Buffer.from(frame))
    return true
  }

  /** Takes the oldest frame from the wire; false where there is none. */
  receive(nowMs: number): boolean {
    const bytes = this.wire.shift()
    if (bytes === undefined) return false
    const frame = readSessionFrame(bytes)
    if (typeof frame === 'string') throw new Error(frame)
    const body = this.core.heard(frame, nowMs)
    if (body === undefined) return true
    if (body.toString() !== String(this.got.length)) throw new Error(`${body} came after ${this.got.at(-1)}`)
    this.got.push(body.toString())
    return true
  }
}

/** Lets both send and receive until neither has anything to do; time passes from deadline to deadline. */
export function settle(a: End, b: End, nowMs: number, untilMs = nowMs + 30_000): number {
  let now = nowMs
  for (;;) {
    for (const core of [a.core, b.core]) core.tick(now)
    let isBusy = true
    while (isBusy) {
      isBusy = false
      for (const [end, other] of [
        [a, b],
        [b, a],
      ] as const) {
        if (end.transmit(other, now)) isBusy = true
        if (end.receive(now)) isBusy = true
      }
    }
    const next = Math.max(now + 1, Math.min(a.core.deadline, b.core.deadline))
    if (next > untilMs) return now
    now = next
  }
}
