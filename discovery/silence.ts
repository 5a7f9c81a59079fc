/**
 * Says when a peer has been silent for too long. Looked at regularly; when a look itself comes late, this
 * process was stalled, and what the peer sent meanwhile may still wait to be read: then it grants the peer
 * another period, once until it is heard. Pure: time goes in.
 */
export class SilenceWatch {
  readonly timeoutMs: number
  /** How often to look. */
  readonly lookMs: number
  #heardAt = 0
  #lookedAt = 0
  #isGranted = false

  constructor(timeoutMs: number) {
    this.timeoutMs = timeoutMs
    this.lookMs = Math.min(Math.max(timeoutMs / 10, 20), 250)
  }

  heard(nowMs: number): void {
    this.#heardAt = nowMs
    this.#isGranted = false
  }

  /** Looks; says whether the peer counts as silent. It does before `timeoutMs` is over, never later. */
  isSilent(nowMs: number): boolean {
    const isLate = nowMs - this.#lookedAt > 2 * this.lookMs
    this.#lookedAt = nowMs
    if (nowMs - this.#heardAt <= this.timeoutMs - this.lookMs) return false
    if (!isLate || this.#isGranted) return true
    this.#isGranted = true
    this.#heardAt = nowMs
    return false
  }
}
