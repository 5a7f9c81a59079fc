/** A program at a terminal of its own, into which a test types. Needs python3, whose `pty` makes it. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { stripVTControlCharacters } from 'node:util'

const TERMINAL = new URL('./terminal.py', import.meta.url).pathname
const PATIENCE_MS = 15_000

/** Why nobody can type here; undefined if it can be done. */
export function typingMissing(): string | undefined {
  try {
    execFileSync('python3', ['-c', 'import pty'], { stdio: 'ignore' })
    return undefined
  } catch {
    return 'needs python3'
  }
}

export class Typed {
  readonly #child: ChildProcess
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>
  #text = ''
  /** Up to there it was looked at. */
  #seen = 0
  #look: () => void = () => undefined

  constructor(command: readonly string[], env: Readonly<Record<string, string>>) {
    this.#child = spawn('python3', [TERMINAL, ...command], {
      env: { ...process.env, TERM: 'xterm', ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.#child.stdin?.on('error', () => undefined)
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#text += text
      this.#look()
    })
    this.ended = new Promise((resolve) => this.#child.once('close', resolve))
  }

  /** All that came, with what steers. */
  get written(): string {
    return this.#text
  }

  /** As if it were typed. */
  type(text: string): void {
    this.#say({ type: text })
  }

  resize(rows: number, columns: number): void {
    this.#say({ rows, columns })
  }

  /** Resolves when this has come since the last time, with what came before it; without what steers. */
  async sees(pattern: RegExp): Promise<string> {
    const timer = setTimeout(() => this.#child.stdin?.end(), PATIENCE_MS)
    let isOver = false
    void this.ended.then(() => {
      isOver = true
      this.#look()
    })
    try {
      for (;;) {
        const text = stripVTControlCharacters(this.#text.slice(this.#seen))
        const match = pattern.exec(text)
        if (match) {
          this.#seen = this.#text.length
          return text
        }
        if (isOver) throw new Error(`${pattern} never came: ${JSON.stringify(text)}`)
        await new Promise<void>((resolve) => {
          this.#look = resolve
        })
      }
    } finally {
      clearTimeout(timer)
    }
  }

  /** Ends it, whatever it does. Harmless when it has ended. */
  async kill(): Promise<void> {
    this.#child.stdin?.end()
    await this.ended
  }

  #say(command: object): void {
    this.#child.stdin?.write(`${JSON.stringify(command)}\n`)
  }
}
