/** A server in a process of its own, who asks it in this one, and those who flood it in others. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keyFolderAt, loadIdentity } from '../../ports/security/index.js'
import { type RunningActor, startActor } from '../../runtime/index.js'
import { uniqueApp } from '../support/apps.js'
import { Program } from '../support/program.js'
import { appWith, Dialler } from './cell.js'

const SERVED = new URL('./programs/served.ts', import.meta.url)
const FLOODER = new URL('./programs/flooder.ts', import.meta.url)

export interface FloodOptions {
  readonly kind: 'garbage' | 'handshake' | 'silent' | 'slow' | 'key'
  /** Connections that stand at a time, and that are made in a second, at most. */
  readonly atOnce: number
  readonly perSecond: number
  /**
   * Whom it leaves the processors to: whoever wants one (`idle`), which is as if it were on other hosts,
   * and makes next to nothing where others are busy; nearly so (`nice`); or nobody.
   */
  readonly yields: 'idle' | 'nice' | 'none'
}

/** Connections that were made, and those of them that the other side ended. */
export interface Flooded {
  readonly made: number
  readonly ended: number
}

/** Floods all sockets of a server, one after another. */
export class Flood {
  readonly #program: Program

  constructor({ kind, atOnce, perSecond, yields }: FloodOptions, key: string, ports: readonly number[]) {
    this.#program = new Program(FLOODER, [
      kind,
      ...[atOnce, perSecond].map(String),
      ...[yields, key],
      ...ports.map(String),
    ])
  }

  async ready(): Promise<void> {
    await this.#program.hear()
  }

  /** Floods until it is to pause; resolves when it has made so many. */
  async resume(count: number): Promise<void> {
    this.#program.say(`resume ${count}`)
    await this.#program.hear()
  }

  /** Makes no more; those that there are stay. */
  pause(): void {
    this.#program.say('pause')
  }

  /** Ends; resolves when the last connection has. */
  async stop(): Promise<Flooded> {
    this.#program.say('stop')
    return this.#result()
  }

  /** So many connections. */
  async make(count: number): Promise<Flooded> {
    this.#program.say(`go ${count}`)
    return this.#result()
  }

  kill(): Promise<void> {
    return this.#program.kill()
  }

  async #result(): Promise<Flooded> {
    const flooded: Flooded = JSON.parse(await this.#program.hear())
    return flooded
  }
}

export class Besieged {
  readonly #folder = mkdtempSync(join(tmpdir(), 'quorate-flood-'))
  readonly #app = uniqueApp()
  #server: Program | undefined
  #asker: RunningActor | undefined
  #asks: Dialler['asks'] | undefined
  #ports: readonly number[] = []
  #key = ''
  #pid = 0

  async start(): Promise<void> {
    const keys = join(this.#folder, 'keys')
    this.#server = new Program(SERVED, [keys, this.#app])
    const said: { pid: number; directory: string; ports: readonly number[] } = JSON.parse(
      await this.#server.hear(),
    )
    this.#ports = said.ports
    this.#pid = said.pid
    let made: Dialler | undefined
    class Asker extends Dialler {
      constructor() {
        super()
        made = this
      }
    }
    this.#asker = await startActor(appWith(this.#app, 'Asker', Asker), 'Asker', {
      ...{ keys, discovery: `static:${said.directory}`, interface: '127.0.0.1' },
      sink: { write: () => undefined },
    })
    this.#key = (await loadIdentity(keyFolderAt(keys), this.#app, 'Server')).curve.publicKey
    this.#asks = made?.asks
    await this.#asks?.ready()
  }

  /** Of all its sockets; whoever comes with a key, of those that want one: the last is in clear text. */
  flood(options: FloodOptions): Flood {
    const ports = options.kind === 'key' ? this.#ports.slice(0, -1) : this.#ports
    return new Flood(options, this.#key, ports)
  }

  /** Milliseconds that each of so many questions took, one after another. */
  async asked(count: number): Promise<number[]> {
    const times: number[] = []
    while (times.length < count) {
      const startMs = performance.now()
      await this.#asks?.ask({ text: 'round 1' })
      times.push(performance.now() - startMs)
    }
    return times
  }

  /** The same until something is over, in rounds of so many questions, one round at least. */
  async askedWhile(running: Promise<unknown>, count: number): Promise<number[]> {
    let isOver = false
    const over = running.finally(() => {
      isOver = true
    })
    const times = await this.asked(count)
    while (!isOver) times.push(...(await this.asked(count)))
    await over
    return times
  }

  /** The server may have so many files open from now on. Needs `prlimit`. */
  allowFiles(count: number): void {
    execFileSync('prlimit', ['--pid', String(this.#pid), `--nofile=${count}:${count}`])
  }

  /** Memory and files that the server has. */
  async uses(): Promise<{ readonly bytes: number; readonly files: number }> {
    this.#server?.say('what do you use?')
    const uses: { bytes: number; files: number } = JSON.parse((await this.#server?.hear()) ?? '')
    return uses
  }

  async stop(): Promise<void> {
    await this.#asker?.stop()
    await this.#server?.kill()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** The time that 99 of 100 do not exceed. */
export function p99(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b)
  return sorted[Math.ceil(sorted.length * 0.99) - 1] ?? Number.NaN
}
