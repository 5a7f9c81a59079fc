/**
 * The command line as a user starts it: the compiled launcher in a process of its own. `const cli =
 * cliForTests()` in a suite compiles before, and ends after each test whatever the test has started, actors
 * too.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { projectRoot } from '../project.js'

const MAIN = join(projectRoot, 'dist', 'apps', 'quorate', 'main.js')
const COMPILE_MS = 60_000
/** Processes that runAll() runs at a time. */
const AT_ONCE = 3
/** How long a test waits for a line or an end before it says what it has seen instead. */
const PATIENCE_MS = 15_000

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>
  /** A command that runs it elsewhere, as `ip netns exec x`. */
  readonly prefix?: readonly string[]
  /** On a terminal, which `script` makes: then that is the process, and the command line its child. */
  readonly pty?: boolean
}

export interface End {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: readonly string[]
  readonly stderr: readonly string[]
}

export interface CliForTests {
  /** Runs to the end. */
  run(args: readonly string[], options?: CliOptions): Promise<End>
  /** Runs several to the end, some at the same time; the ends in the same order. For a `before` hook. */
  runAll(lines: readonly (readonly string[])[]): Promise<End[]>
  start(args: readonly string[], options?: CliOptions): CliProcess
  /** Starts any program. */
  program(command: readonly string[]): CliProcess
  /** Ends whatever still runs; after each test it is done anyway. */
  end(): Promise<void>
  /** Writes a file into a folder that is removed after the suite; gives its path. */
  file(name: string, text: string): string
  /** The folder that the launcher takes for the user's cache. */
  readonly cache: string
  /** The folder in which it finds the keys of an app, or makes them. */
  keysOf(app: string): string
  /** What a shell would run, without arguments; and the environment that it is given. */
  readonly command: readonly string[]
  readonly environment: Readonly<Record<string, string>>
}

/**
 * Registers its hooks with the suite that calls it.
 * @param until when what was started ends at the latest: where tests run side by side, after all of them.
 */
export function cliForTests(until: 'after each' | 'after all' = 'after each'): CliForTests {
  const started = new Set<CliProcess>()
  let folder = ''
  before(async function () {
    this.timeout(COMPILE_MS)
    folder = mkdtempSync(join(tmpdir(), 'quorate-cli-'))
    // What app files there import, but for quorate itself, which the launcher finds.
    symlinkSync(join(projectRoot, 'node_modules'), join(folder, 'node_modules'))
    await promisify(execFile)(process.execPath, ['tools/setup.mjs'], { cwd: projectRoot })
  })
  const end = async (): Promise<void> => {
    for (const each of started) await each.kill()
    started.clear()
  }
  if (until === 'after each') afterEach(end)
  else after(end)
  after(() => rmSync(folder, { recursive: true, force: true }))
  const environment = () => ({
    ...{ XDG_CACHE_HOME: cacheIn(folder), XDG_CONFIG_HOME: configIn(folder) },
    QUORATE_INTERFACE: '127.0.0.1',
  })
  const program = (command: readonly string[], env: Readonly<Record<string, string>> = {}): CliProcess => {
    const each = new CliProcess(command, { ...environment(), ...env })
    started.add(each)
    return each
  }
  const start = (args: readonly string[], { env, prefix = [], pty }: CliOptions = {}): CliProcess => {
    const line = [...prefix, process.execPath, MAIN, ...args]
    return program(pty ? ['script', '-qec', `exec ${line.join(' ')}`, '/dev/null'] : line, env)
  }
  return {
    start,
    program: (command) => program(command),
    command: [process.execPath, MAIN],
    get environment() {
      return environment()
    },
    end,
    get cache() {
      return cacheIn(folder)
    },
    keysOf: (app) => join(configIn(folder), 'quorate', app),
    run: (args, options) => start(args, options).ended,
    runAll: async (lines) => {
      const ends: End[] = []
      const waiting = [...lines.entries()]
      const work = async (): Promise<void> => {
        for (let next = waiting.shift(); next; next = waiting.shift()) {
          ends[next[0]] = await start(next[1]).ended
        }
      }
      await Promise.all(Array.from({ length: AT_ONCE }, work))
      return ends
    },
    file: (name, text) => {
      const path = join(folder, name)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, text)
      return path
    },
  }
}

function configIn(folder: string): string {
  return join(folder, 'config')
}

function cacheIn(folder: string): string {
  return join(folder, 'cache')
}

export class CliProcess {
  readonly stdout: string[] = []
  readonly stderr: string[] = []
  /** Resolves when the process has ended and all its lines have been read. */
  readonly ended: Promise<End>
  readonly #child: ChildProcess
  readonly #listeners = new Set<() => void>()
  #end: End | undefined

  constructor([program = '', ...args]: readonly string[], env: Readonly<Record<string, string>>) {
    const inherited = { ...process.env }
    // What a terminal, or tsx, told this process is nothing to a user's shell.
    for (const name of Object.keys(inherited)) {
      if (/^(NODE_OPTIONS|FORCE_COLOR|QUORATE_.*)$/.test(name)) delete inherited[name]
    }
    this.#child = spawn(program, args, { env: { ...inherited, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    const read = [this.#read(this.#child.stdout, this.stdout), this.#read(this.#child.stderr, this.stderr)]
    this.ended = new Promise((resolve, reject) => {
      this.#child.once('error', reject)
      this.#child.once('exit', (code, signal) => {
        void Promise.all(read).then(() => {
          this.#end = { code, signal, stdout: this.stdout, stderr: this.stderr }
          this.#tell()
          resolve(this.#end)
        })
      })
    })
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** Process ids of its actors, as the system knows them. */
  get actorPids(): number[] {
    return childrenOf(this.pid).filter((pid) => !commandOf(pid).includes('quorate guard'))
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** Nobody reads its output any longer. */
  closeOutput(): void {
    this.#child.stdout?.destroy()
  }

  /** The first line of standard output that matches, now or later. Rejects where the process ends without. */
  async line(pattern: RegExp, count = 1, patienceMs = PATIENCE_MS): Promise<string> {
    const matching = () => this.stdout.filter((line) => pattern.test(line))
    await this.until(() => matching().length >= count, `${count} × ${pattern}`, patienceMs)
    return matching()[count - 1] ?? ''
  }

  /** The events that were told on standard output so far, with --json. */
  get events(): Record<string, unknown>[] {
    return this.stdout.map((line) => {
      const event: Record<string, unknown> = JSON.parse(line)
      return event
    })
  }

  /** Resolves as soon as `isSo`, which is asked after each line. */
  async until(isSo: () => boolean, what: string, patienceMs = PATIENCE_MS): Promise<void> {
    if (isSo()) return
    await new Promise<void>((resolve, reject) => {
      const settle = (failure?: string): void => {
        clearTimeout(timer)
        this.#listeners.delete(look)
        if (failure === undefined) resolve()
        else reject(new Error(`${failure}: ${what}\n${[...this.stdout, '—', ...this.stderr].join('\n')}`))
      }
      const look = (): void => {
        if (isSo()) settle()
        else if (this.#end) settle(`it ended (${this.#end.signal ?? this.#end.code}) without`)
      }
      const timer = setTimeout(() => settle('never came'), patienceMs)
      this.#listeners.add(look)
      look()
    })
  }

  /** Ends it and its actors, whatever they do. Harmless when they have ended. */
  async kill(): Promise<void> {
    if (this.#end) return
    const children = childrenOf(this.pid)
    this.#child.kill('SIGKILL')
    for (const pid of children) killPid(pid)
    this.closeOutput()
    this.#child.stderr?.destroy()
    await this.ended
  }

  #read(stream: Readable | null, lines: string[]): Promise<void> {
    return new Promise((resolve) => {
      if (!stream) return resolve()
      stream.once('close', resolve)
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line)
        this.#tell()
      })
    })
  }

  #tell(): void {
    for (const look of [...this.#listeners]) look()
  }
}

/** Direct children of a process, on Linux; none where it is gone. */
function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    )
  } catch {
    return []
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1')
  } catch {
    return ''
  }
}

function killPid(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // Gone already.
  }
}

/** Whether there is a process of this id that has not ended; a zombie is none. */
export function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}
