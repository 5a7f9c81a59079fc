/**
 * The members of a lab ask their group for all kinds of things during a trial. Each writes its part of the
 * history into a file of its own, by the clock that all of them share.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { LabNode } from './node.js'

export class Asking {
  readonly #tag: string
  readonly #folder: string
  readonly #seed: number
  readonly #ended = new Set<number>()

  /** @param tag by which what is asked for is told from that of other trials */
  constructor(folder: string, tag: string, seed: number) {
    this.#tag = tag
    this.#seed = seed
    this.#folder = mkdtempSync(join(folder, 'history-'))
  }

  /** It asks from now on. Harmless twice. */
  begin(node: LabNode): void {
    const file = join(this.#folder, `${node.host}.jsonl`)
    node.order({ ask: { tag: this.#tag, file, seed: 100 * this.#seed + node.host } })
  }

  end(node: LabNode): void {
    node.order({ endAsking: this.#tag })
  }

  /** A member says that it asks no more. */
  ended({ host }: LabNode, tag: string): void {
    if (tag === this.#tag) this.#ended.add(host)
  }

  hasEnded({ host }: LabNode): boolean {
    return this.#ended.has(host)
  }

  /** The history as JSON lines; it is gone then. */
  take(): string {
    const parts = readdirSync(this.#folder).map((name) => readFileSync(join(this.#folder, name), 'utf8'))
    rmSync(this.#folder, { recursive: true })
    return parts.join('')
  }
}
