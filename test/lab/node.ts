/** A host of the lab as its trials see it: the process that runs there, and what it tells. */
import type { ChildProcess } from 'node:child_process'
import { type Asked, ratedClock, settableClock, translation } from './faked-clock.js'
import { isGone, killProgram, launch, nowMs, pidOf } from './launch.js'
import type { Rig } from './rig.js'
import type { Order, View, Word } from './words.js'

const PROGRAM = new URL('./programs/member.ts', import.meta.url)
const CLOCK_QUESTIONS = 20

export interface NodeOptions {
  readonly rig: Rig
  readonly host: number
  readonly app: string
  /** The number of its seat; without, it observes. */
  readonly seat: number | undefined
  /** Path of the socket of the fencing store. */
  readonly store: string
  /** Of all its clocks. */
  readonly rate?: number | undefined
  /** A file that sets its wall clock. */
  readonly clockFile?: string | undefined
  readonly overdueMs?: number | undefined
  /** Each word, its times translated to the clock of this machine. */
  heard(node: LabNode, word: Word): void
}

export class LabNode {
  readonly host: number
  readonly clockFile: string | undefined
  /** Its ids as a member, the last one last. */
  readonly members: string[] = []
  /** Where its leader is asked, `address:port`. */
  answers = ''
  view: View = { leader: undefined, size: 0, epoch: 0, term: 0 }
  readonly #options: NodeOptions
  #child: ChildProcess
  #real = (saidMs: number): number => saidMs
  #clock: ((saidMs: number) => void) | undefined

  constructor(options: NodeOptions) {
    this.#options = options
    this.host = options.host
    this.clockFile = options.clockFile
    this.#child = this.#spawn()
  }

  /** As this machine knows it. */
  get pid(): number {
    return pidOf(this.#child)
  }

  get isElectable(): boolean {
    return this.#options.seat !== undefined
  }

  order(order: Order): void {
    if (!isGone(this.#child)) this.#child.send(order)
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    process.kill(this.pid, signal)
  }

  /** kill -9. Resolves when it is gone. */
  async kill(): Promise<void> {
    await killProgram(this.#child)
    this.view = { leader: undefined, size: 0, epoch: 0, term: 0 }
  }

  restart(): void {
    this.#child = this.#spawn()
  }

  /** Asks what its clock says, where that is not this machine's: from then on what it tells is translated. */
  async calibrate(): Promise<void> {
    const { rate } = this.#options
    if (rate === undefined) return
    const asked: Asked[] = []
    this.#real = (saidMs) => saidMs
    for (let n = 0; n < CLOCK_QUESTIONS; n++) {
      const beforeMs = nowMs()
      const saidMs = await new Promise<number>((resolve) => {
        this.#clock = resolve
        this.order({ clock: true })
      })
      asked.push({ beforeMs, saidMs, afterMs: nowMs() })
    }
    this.#real = translation(rate, asked)
  }

  #spawn(): ChildProcess {
    const { rig, host, app, seat, store, rate, clockFile, overdueMs = 0 } = this.#options
    const clock = rate !== undefined ? ratedClock(rate) : clockFile ? settableClock(clockFile) : []
    const args = [app, String(host), String(seat ?? ''), store, String(overdueMs)]
    const child = launch(rig, host, PROGRAM, args, clock)
    child.on('message', (word: Word) => this.#heard(word))
    return child
  }

  #heard(said: Word): void {
    const word = translated(said, this.#real)
    if (word.is === 'joined') {
      this.answers = word.answers
      if (this.members.at(-1) !== word.member) this.members.push(word.member)
    } else if (word.is === 'view') this.view = word
    else if (word.is === 'clock') this.#clock?.(word.atMs)
    this.#options.heard(this, word)
  }
}

function translated(word: Word, real: (ms: number) => number): Word {
  if (word.is !== 'acting') return { ...word, atMs: real(word.atMs) }
  return { ...word, sinceMs: real(word.sinceMs), untilMs: real(word.untilMs) }
}
