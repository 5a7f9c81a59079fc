/**
 * A terminal that is drawn anew again and again, on its second screen: what was on the first is there again
 * after.
 */
import { cutTo } from './table.js'

const ENTER = '\x1b[?1049h\x1b[?25l'
const LEAVE = '\x1b[?25h\x1b[?1049l'
const HOME = '\x1b[H'
const CLEAR_LINE = '\x1b[K'
const CLEAR_BELOW = '\x1b[J'

export class Redrawn {
  readonly #stream: NodeJS.WriteStream
  #isRestored = false
  readonly #onExit = (): void => this.restore()

  /** For a terminal; undefined for anything else. */
  static on(stream: NodeJS.WriteStream): Redrawn | undefined {
    return stream.isTTY && process.env.TERM !== 'dumb' ? new Redrawn(stream) : undefined
  }

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream
    stream.write(ENTER)
    process.on('exit', this.#onExit)
  }

  /** Shows these lines, as many as there is room for. */
  draw(lines: readonly string[]): void {
    const room = Math.max(1, (this.#stream.rows || 24) - 1)
    const hidden = lines.length - room
    const shown = hidden > 0 ? [...lines.slice(0, room - 1), `… ${hidden + 1} more lines`] : lines
    const columns = this.#stream.columns || 80
    // A line that fills the last column would break; styled lines have been fitted already.
    const text = shown.map((line) => `${line.includes('\x1b') ? line : cutTo(line, columns)}${CLEAR_LINE}`)
    this.#stream.write(HOME + text.join('\n') + CLEAR_BELOW)
  }

  /** Gives the terminal back. Harmless twice. */
  restore(): void {
    if (this.#isRestored) return
    this.#isRestored = true
    process.off('exit', this.#onExit)
    this.#stream.write(LEAVE)
  }
}
