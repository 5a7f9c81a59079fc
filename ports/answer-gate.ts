/**
 * Holds a qry link back while nobody takes the answers to send(), but never while an ask() of it waits: who
 * asks may be the very handler that the rest of the component waits for, and would wait for ever.
 */
import type { Gate } from './reader.js'

export class AnswerGate implements Gate {
  readonly #gates: readonly Gate[]
  /** Gates whose room() is awaited already. */
  readonly #watched = new Set<Gate>()
  readonly #isAwaited: () => boolean
  #waiting: (() => void)[] = []

  /** @param isAwaited whether the link has to be read in any case; call open() when it becomes so. */
  constructor(gates: readonly Gate[], isAwaited: () => boolean) {
    this.#gates = gates
    this.#isAwaited = isAwaited
  }

  get full(): boolean {
    return this.#gates.some((gate) => gate.full) && !this.#isAwaited()
  }

  room(): Promise<void> {
    if (!this.full) return Promise.resolve()
    for (const gate of this.#gates) if (gate.full && !this.#watched.has(gate)) this.#watch(gate)
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** Lets those go on that wait for room. */
  open(): void {
    if (this.#waiting.length === 0) return
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }

  #watch(gate: Gate): void {
    this.#watched.add(gate)
    void gate.room().then(() => {
      this.#watched.delete(gate)
      this.open()
    })
  }
}
