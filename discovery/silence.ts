/**
 * Says when a peer has been silent for too long. Looked at regularly; when a look itself comes late, this
 * process was stalled or starved, and what the peer sent meanwhile may still wait to be read: then no more
 * than two looks of that time count. So a crowd that starts on a busy machine does not lose each other, and a
 * process that was stopped gives all its peers a chance. Pure: time goes in.
 */
export class SilenceWatch {
  readonly timeoutMs: number
  /** How often to look. */
  readonly lookMs: number
  /** The last look came late. */
  isLate = false
  #silentMs = 0
  #countedAt = 0
  #lookedAt = 0

  constructor(timeoutMs: number) {
    this.timeoutMs = timeoutMs
    this.lookMs = Math.min(Math.max(timeoutMs / 10, 20), 250)
  }

  heard(nowMs: number): void {
    this.#silentMs = 0
    this.#countedAt = nowMs
  }

  /** Looks; says whether the peer counts as silent. It does before `timeoutMs` is over, never later. */
  isSilent(nowMs: number): boolean {
    const mostMs = 2 * this.lookMs
    this.isLate = nowMs - this.#lookedAt > mostMs
    this.#lookedAt = nowMs
    this.#silentMs += Math.min(nowMs - this.#countedAt, mostMs)
    this.#countedAt = nowMs
    return this.#silentMs > this.timeoutMs - this.lookMs
  }
}
