/**
 * The switch of a rig: switch.py as a process, told which links to spoil. A link leads from one host to
 * another and is one direction of a cable; hosts are counted from 1. What is told is in force when the
 * promise resolves.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { projectRoot } from '../project.js'

const PROGRAM = join(projectRoot, 'test', 'lab', 'switch.py')

export type Link = readonly [from: number, to: number]

/** What is wrong with a link. Fractions of the frames, and milliseconds. */
export interface Spoilt {
  /** Nothing passes. */
  readonly cut?: boolean
  readonly loss?: number
  readonly duplicate?: number
  /** These are overtaken by those that come within 5 ms. */
  readonly reorder?: number
  readonly delayMs?: number
  /** So much more, or less. */
  readonly jitterMs?: number
}

export interface SwitchCount {
  readonly passed: number
  readonly dropped: number
  readonly repeated: number
  /** What its process has computed. */
  readonly cpuMs: number
}

export class Switch {
  readonly #child: ChildProcess
  readonly #unanswered = new Map<number, (answer: SwitchCount) => void>()
  readonly #isUp: Promise<unknown>
  readonly #ended: Promise<void>
  #id = 0
  #isGone = false

  /** @param seed of what is lost, repeated and overtaken. */
  constructor(namespace: string, hosts: readonly string[], seed: number) {
    const env = { ...process.env, SEED: String(seed) }
    this.#child = spawn('python3', [PROGRAM, namespace, ...hosts], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env,
    })
    this.#isUp = new Promise((resolve) => this.#unanswered.set(0, resolve))
    this.#ended = new Promise((resolve) => {
      this.#child.once('close', () => {
        this.#isGone = true
        resolve()
      })
    })
    // It may be gone: what waits for an answer then says so.
    this.#child.stdin?.on('error', () => undefined)
    if (this.#child.stdout)
      createInterface({ input: this.#child.stdout }).on('line', (line) => this.#heard(line))
  }

  /** Resolves when it switches. */
  async up(): Promise<void> {
    await this.#orGone(this.#isUp)
  }

  async spoil(links: readonly Link[], how: Spoilt): Promise<void> {
    await this.#tell({ links, set: how })
  }

  /** All links are as new. */
  async clear(): Promise<void> {
    await this.#tell({ clear: true })
  }

  async count(): Promise<SwitchCount> {
    return this.#tell({ count: true })
  }

  async end(): Promise<void> {
    this.#child.stdin?.end()
    await this.#ended
  }

  #tell(what: object): Promise<SwitchCount> {
    const id = ++this.#id
    const answer = new Promise<SwitchCount>((resolve) => this.#unanswered.set(id, resolve))
    this.#child.stdin?.write(`${JSON.stringify({ id, ...what })}\n`)
    return this.#orGone(answer)
  }

  async #orGone<T>(answer: Promise<T>): Promise<T> {
    const gone = this.#ended.then(() => {
      throw new Error('the switch has ended')
    })
    if (this.#isGone) return gone
    return Promise.race([answer, gone])
  }

  #heard(line: string): void {
    const answer: SwitchCount & { id: number } = JSON.parse(line)
    this.#unanswered.get(answer.id)?.(answer)
    this.#unanswered.delete(answer.id)
  }
}
