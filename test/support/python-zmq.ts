/**
 * Programs of Python that speak ZeroMQ, as those of auto-trainer-api do. A test talks with them in lines of
 * JSON. `const python = pythonForTests()` in a suite ends after each test whatever the test has started.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { z } from 'zod'

/** How long a test waits for a line before it says what it has seen instead. */
const PATIENCE_MS = 15_000

/** Another python3 may come first in the PATH; packages of Debian are for its own. */
const INTERPRETERS = ['python3', '/usr/bin/python3']
let found: string | undefined

/** Why there can be no such program here; undefined if there can. */
export function pythonZmqMissing(): string | undefined {
  found ??= INTERPRETERS.find(hasZmq)
  return found ? undefined : 'needs python3 with its module `zmq` (Debian: python3-zmq)'
}

/** What runs programs; -B: they leave no compiled modules beside their sources. */
export function pythonCommand(): readonly [program: string, ...args: string[]] {
  if (pythonZmqMissing() !== undefined || !found) throw new Error('ask pythonZmqMissing() before')
  return [found, '-B']
}

function hasZmq(interpreter: string): boolean {
  try {
    execFileSync(interpreter, ['-c', 'import zmq'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Registers its hook with the suite that calls it. Gives what starts a program. */
export function pythonForTests(): (file: string, ...args: readonly (string | number)[]) => PythonProgram {
  const started: PythonProgram[] = []
  afterEach(async () => {
    await Promise.all(started.splice(0).map((each) => each.end()))
  })
  return (file, ...args) => {
    const each = new PythonProgram(file, args)
    started.push(each)
    return each
  }
}

export class PythonProgram {
  readonly #child: ChildProcess
  readonly #ended: Promise<void>
  /** Read, and not taken yet. */
  readonly #lines: unknown[] = []
  #isOver = false
  #look: () => void = () => undefined

  constructor(file: string, args: readonly (string | number)[]) {
    const [program, ...options] = pythonCommand()
    this.#child = spawn(program, [...options, file, ...args.map(String)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.#child.stdin?.on('error', () => undefined)
    if (this.#child.stdout) {
      createInterface({ input: this.#child.stdout }).on('line', (line) => {
        this.#lines.push(JSON.parse(line))
        this.#look()
      })
    }
    this.#ended = new Promise((resolve) => {
      const over = (): void => {
        this.#isOver = true
        this.#look()
        resolve()
      }
      this.#child.once('close', over)
      this.#child.once('error', over)
    })
  }

  /** Gives it a line: a text as it is, anything else as JSON. */
  say(line: unknown): void {
    this.#child.stdin?.write(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`)
  }

  /** Takes the first line that fits, now or later; those before it stay. Rejects where none comes. */
  async next<T>(schema: z.ZodType<T>): Promise<T> {
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      this.#look()
    }, PATIENCE_MS)
    try {
      for (;;) {
        for (const [at, line] of this.#lines.entries()) {
          const { success, data } = schema.safeParse(line)
          if (!success) continue
          this.#lines.splice(at, 1)
          return data
        }
        if (this.#isOver || isLate) throw new Error(`never came; there is ${JSON.stringify(this.#lines)}`)
        await new Promise<void>((resolve) => {
          this.#look = resolve
        })
      }
    } finally {
      clearTimeout(timer)
    }
  }

  /** Resolves when it is gone, whatever it does. Harmless twice. */
  async end(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#ended
  }
}
