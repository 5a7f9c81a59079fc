/** A child process that speaks in lines of JSON, and ways to wait for what it says. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { bundled } from '../../support/bundled.js'
import { Conditions } from '../../support/conditions.js'

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
  readonly #conditions = new Conditions()
  #stderr = ''
  #hasClosed = false

  /**
   * Runs a TypeScript file beside this one; `prefix` is a command that runs it elsewhere, as `ip netns exec
   * x`.
   */
  constructor(file: string, args: readonly string[], prefix: readonly string[] = []) {
    const path = fileURLToPath(new URL(file, import.meta.url))
    const [command = process.execPath, ...rest] = [...prefix, process.execPath, bundled(path), ...args]
    this.#process = spawn(command, rest, { stdio: ['pipe', 'pipe', 'pipe'] })
    this.#process.stderr?.on('data', (data: Buffer) => {
      this.#stderr += data.toString()
    })
    if (!this.#process.stdout) throw new Error('no stdout')
    createInterface({ input: this.#process.stdout }).on('line', (text) => {
      const line: Line = JSON.parse(text)
      this.lines.push(line)
      this.#conditions.changed()
    })
    // Not at its exit: what it said last may be yet to be read.
    this.#process.once('close', () => {
      this.#hasClosed = true
      this.#conditions.changed()
    })
  }

  get pid(): number {
    return this.#process.pid ?? 0
  }

  get #isEnded(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null
  }

  of(event: string): Line[] {
    return this.lines.filter((line) => line.event === event)
  }

  ids(event: string): string[] {
    return this.of(event).flatMap(({ id }) => id ?? [])
  }

  /** Resolves when what was said satisfies a condition; rejects when the process ended without. */
  async until(condition: () => boolean): Promise<void> {
    await this.#conditions.until(() => condition() || this.#hasClosed)
    if (!condition()) throw new Error(`the child ended: ${this.#stderr.slice(0, 2000)}`)
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
    if (this.#isEnded) return
    this.#process.kill(signal)
    if (signal === 'SIGKILL') await once(this.#process, 'exit')
  }
}
