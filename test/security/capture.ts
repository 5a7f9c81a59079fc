/** What passes the interfaces of a host while it is taken in. Needs root and python3. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Lan } from '../support/lan.js'

const PROGRAM = fileURLToPath(new URL('./capture.py', import.meta.url))

export interface Captured {
  /** Of TCP and UDP. */
  readonly packets: number
  readonly bytes: number
  /** Packets that passed and were not taken in. */
  readonly lost: number
  /** For each word where it came from, as `tcp 10.77.0.1:5000`. */
  readonly found: Readonly<Record<string, readonly string[]>>
}

/** Why nothing can be captured here; undefined if it can. */
export function captureMissing(): string | undefined {
  const missing = Lan.missing()
  if (missing) return missing
  try {
    execFileSync('python3', ['--version'], { stdio: 'ignore' })
    return undefined
  } catch {
    return 'needs `python3`'
  }
}

export class Capture {
  readonly #child: ChildProcess
  readonly #lines: AsyncIterator<string>

  private constructor(child: ChildProcess, lines: AsyncIterator<string>) {
    this.#child = child
    this.#lines = lines
  }

  /** Resolves when all that passes the host is taken in. */
  static async start(lan: Lan, host: number, words: readonly string[]): Promise<Capture> {
    const [program, args] = lan.on(host, 'python3', PROGRAM, ...words)
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] })
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    await lines.next()
    return new Capture(child, lines)
  }

  async end(): Promise<Captured> {
    const gone = once(this.#child, 'exit')
    this.#child.stdin?.end()
    const { value } = await this.#lines.next()
    await gone
    const captured: Captured = JSON.parse(String(value))
    return captured
  }
}
