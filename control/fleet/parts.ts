/** What is known of one actor or node: parts, each as the text that is handed on, and when it changed. */
import { composed, Verbatim } from '../fastapi/json.js'

interface Part {
  readonly text: string
  readonly version: number
}

export class Parts {
  readonly #parts = new Map<string, Part>()
  #latest = 0
  #bytes = 0

  /** The version of the last change. */
  get latest(): number {
    return this.#latest
  }

  get bytes(): number {
    return this.#bytes
  }

  has(name: string): boolean {
    return this.#parts.has(name)
  }

  /** Whether it says something else than before. */
  isNews(name: string, text: string): boolean {
    return this.#parts.get(name)?.text !== text
  }

  set(name: string, text: string, version: number): void {
    this.#bytes += text.length - (this.#parts.get(name)?.text.length ?? 0)
    this.#parts.set(name, { text, version })
    this.#latest = version
  }

  /** Whoever was told of it keeps it. */
  drop(name: string): void {
    this.#bytes -= this.#parts.get(name)?.text.length ?? 0
    this.#parts.delete(name)
  }

  /** Those that changed since a version, after what is said first. */
  since(version: number, first: Readonly<Record<string, string>>): Verbatim {
    const changed = [...this.#parts].filter(([, part]) => part.version > version)
    return composed(first, Object.fromEntries(changed.map(([name, { text }]) => [name, new Verbatim(text)])))
  }
}
