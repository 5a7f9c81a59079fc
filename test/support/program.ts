/** Programs that a test runs as processes of their own, talks to over IPC, stops and kills. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { bundled } from './bundled.js'

export class Program {
  readonly #child: ChildProcess
  readonly #said: unknown[] = []
  #listener: (() => void) | undefined

  constructor(url: URL, args: readonly string[] = []) {
    this.#child = fork(bundled(fileURLToPath(url)), args, { execArgv: [] })
    this.#child.on('message', (message) => {
      this.#said.push(message)
      this.#listener?.()
    })
    this.#child.on('exit', () => this.#listener?.())
  }

  /** The next thing that the program says, as text. Rejects where it ends before. */
  async hear(): Promise<string> {
    while (this.#said.length === 0) {
      if (this.#isGone) throw new Error('the program ended without a word')
      await new Promise<void>((resolve) => {
        this.#listener = resolve
      })
    }
    return String(this.#said.shift())
  }

  get #isGone(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  say(text: string): void {
    this.#child.send(text)
  }

  /** Stops it in its tracks; it keeps its connections. */
  pause(): void {
    this.#child.kill('SIGSTOP')
  }

  resume(): void {
    this.#child.kill('SIGCONT')
  }

  /** kill -9. Resolves when the process is gone. */
  async kill(): Promise<void> {
    if (this.#isGone) return
    const gone = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await gone
  }
}
