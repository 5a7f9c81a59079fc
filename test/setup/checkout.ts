/**
 * A copy of this checkout to try the set-up on: without packages, with an npm and a compiler that only
 * write down that they were called (test/fixtures/setup).
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  type FSWatcher,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  watch,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { projectFiles, projectRoot } from '../project.js'

export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly process: ChildProcess
  /** Resolves when it has written this to stderr; rejects when it ended without. */
  says(text: string): Promise<void>
  readonly ended: Promise<Outcome>
}

export class Checkout {
  readonly root = mkdtempSync(join(tmpdir(), 'quorate-setup-'))
  readonly #running = new Set<ChildProcess>()
  readonly #watchers = new Set<FSWatcher>()

  constructor() {
    for (const file of projectFiles()) cpSync(join(projectRoot, file), this.path(file))
  }

  path(file: string): string {
    return join(this.root, file)
  }

  read(file: string): string {
    return existsSync(this.path(file)) ? readFileSync(this.path(file), 'utf8') : ''
  }

  write(file: string, text = ''): void {
    writeFileSync(this.path(file), text)
  }

  remove(file: string): void {
    rmSync(this.path(file), { recursive: true, force: true })
  }

  /** What npm and the compiler were called for since the last time, by the first word. */
  calls(): string[] {
    const lines = this.read('calls').split('\n')
    this.remove('calls')
    return lines.filter((line) => line !== '').map((line) => line.split(' ')[0] ?? '')
  }

  /** What set-ups have left behind beside their work: should be nothing. */
  leftovers(): string[] {
    return readdirSync(this.root).filter((name) => /^\.(setup-lock|dist-)/.test(name))
  }

  /** Resolves when npm, held by the file `hold`, has been called; gives its process id. */
  async npmHolding(): Promise<number> {
    await this.until(() => this.read('calls').includes('npm '))
    return Number(this.read('npm.pid'))
  }

  /** Resolves when `condition` holds; asked at every change of a file in the root. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (!condition()) return
        watcher.close()
        resolve()
      }
      const watcher = watch(this.root, check)
      this.#watchers.add(watcher)
      check()
    })
  }

  setUp(...args: string[]): Running {
    return this.#start(args, { npm_execpath: this.path('test/fixtures/setup/npm-stub.mjs') })
  }

  setUpWithoutNpm(): Running {
    return this.#start([], { npm_execpath: '', PATH: '' })
  }

  #start(args: readonly string[], env: Readonly<Record<string, string>>): Running {
    const child = spawn(process.execPath, [this.path('tools/setup.mjs'), ...args], {
      cwd: tmpdir(),
      env: { ...process.env, NODE_OPTIONS: '', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#running.add(child)
    return follow(child)
  }

  /** Ends what still runs and removes the copy. */
  async dispose(): Promise<void> {
    const left = [...this.#running].filter(
      ({ exitCode, signalCode }) => exitCode === null && signalCode === null,
    )
    const closed = left.map((child) => once(child, 'exit'))
    for (const child of left) child.kill('SIGKILL')
    await Promise.all(closed)
    for (const watcher of this.#watchers) watcher.close()
    rmSync(this.root, { recursive: true, force: true })
  }
}

function follow(child: ChildProcess): Running {
  let stdout = ''
  let stderr = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const ended = new Promise<Outcome>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, stdout, stderr }))
  })
  const says = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const check = () => stderr.includes(text) && resolve()
      child.stderr?.on('data', check)
      child.once('close', () => reject(new Error(`it never said "${text}", but: ${stderr}`)))
      check()
    })
  return { process: child, says, ended }
}
