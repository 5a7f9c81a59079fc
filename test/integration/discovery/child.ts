/** A child process that speaks in lines of JSON, and ways to wait for what it says. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface Line {
  readonly event: string
  readonly id?: string
  readonly app?: string
  readonly host?: string
  readonly what?: string
  readonly text?: string
  readonly address?: string | null
  readonly port?: number
  readonly sent?: number
  readonly received?: number
}

export class Child {
  readonly lines: Line[] = []
  readonly #process: ChildProcess
  readonly #waiting = new Set<() => void>()
  #stderr = ''

  /**
   * Runs a TypeScript file beside this one; `prefix` is a command that runs it elsewhere, as `ip netns exec
   * x`.
   */
  constructor(file: string, args: readonly string[], prefix: readonly string[] = []) {
    const path = fileURLToPath(new URL(file, import.meta.url))
    const [command = process.execPath, ...rest] = [
      ...prefix,
      process.execPath,
      '--import',
      'tsx',
      path,
      ...args,
    ]
    this.#process = spawn(command, rest, { stdio: ['pipe', 'pipe', 'pipe'] })
    this.#process.stderr?.on('data', (data: Buffer) => {
      this.#stderr += data.toString()
    })
    if (!this.#process.stdout) throw new Error('no stdout')
    createInterface({ input: this.#process.stdout }).on('line', (text) => {
      const line: Line = JSON.parse(text)
      this.lines.push(line)
      for (const look of [...this.#waiting]) look()
    })
    this.#process.once('exit', () => {
      for (const look of [...this.#waiting]) look()
    })
  }

  get pid(): number {
    return this.#process.pid ?? 0
  }

  of(event: string): Line[] {
    return this.lines.filter((line) => line.event === event)
  }

  ids(event: string): string[] {
    return this.of(event).flatMap(({ id }) => id ?? [])
  }

  /** Resolves when what was said satisfies a condition; rejects when the process ended without. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const isEnded = this.#process.exitCode !== null || this.#process.signalCode !== null
        if (!condition() && !isEnded) return
        this.#waiting.delete(look)
        if (condition()) resolve()
        else reject(new Error(`the child ended: ${this.#stderr.slice(0, 2000)}`))
      }
      this.#waiting.add(look)
      look()
    })
  }

  async untilSaid(event: string, count = 1): Promise<Line> {
    await this.until(() => this.of(event).length >= count)
    const line = this.of(event)[count - 1]
    if (!line) throw new Error(`no ${event}`)
    return line
  }

  /** Has it end in good order. */
  async stop(): Promise<Line> {
    this.#process.stdin?.write('stop\n')
    return this.untilSaid('stopped')
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    this.#process.kill(signal)
    if (signal === 'SIGKILL') await once(this.#process, 'exit')
  }
}
