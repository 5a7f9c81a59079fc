/**
 * Starts the processes of actors, shows what they tell, and ends when all of them have ended. Lines go to
 * standard output; what ended an actor goes to standard error. One that ends leaves the others alone.
 */
import { constants } from 'node:os'
import { paintEvent } from './event-line.js'
import { exitCodes } from './failure.js'
import { type ActorLaunch, type ActorProcess, launchActor } from './launch.js'
import { labeller, paint, type Screen, screenOf } from './terminal.js'

export interface PlannedActor {
  readonly label: string
  readonly launch: ActorLaunch
}

/** Milliseconds after which an actor that was asked to stop, and does not, is killed: it may hang. */
const KILL_MS = 2500
/** The same, when it was asked twice. */
const KILL_AT_ONCE_MS = 150

/** Signals within this time are one: Ctrl-C in `npm start` comes from the terminal, and again from npm. */
const SAME_SIGNAL_MS = 150

type Event = Readonly<Record<string, unknown>>

/** One actor as the launcher follows it. */
interface Followed extends PlannedActor {
  readonly line: (text: string) => string
  isReady: boolean
  /** It has told the error that ends it. */
  hasToldEnd: boolean
}

/** Bytes of output that wait for somebody to read them. */
const UNREAD_BYTES = 16 * 1024 * 1024

export class Launcher {
  readonly #planned: readonly PlannedActor[]
  readonly #json: boolean
  /** Lines left out because nobody read those before them. */
  #unprinted = 0
  readonly #screen: Screen = screenOf(process.stdout)
  readonly #running = new Map<string, ActorProcess>()
  /** Why actors could not be started: several often cannot for one reason, which is told once. */
  readonly #reasons = new Set<string>()
  #signals = 0
  #signalledAt = 0
  #exitCode: number = exitCodes.ok

  constructor(planned: readonly PlannedActor[], json: boolean) {
    this.#planned = planned
    this.#json = json
  }

  /** Resolves with the exit code: that of the first actor that failed. */
  async run(): Promise<number> {
    process.on('SIGINT', () => this.#stop())
    process.on('SIGTERM', () => this.#stop())
    process.stdout.on('error', () => {
      if (this.#signals === 0) this.#stop()
    })
    const width = Math.max(...this.#planned.map(({ label }) => label.length))
    const all = this.#planned.map((planned, index) => {
      const line = labeller(this.#screen, planned.label, index, width)
      return this.#follow({ ...planned, line, isReady: false, hasToldEnd: false })
    })
    await Promise.all(all)
    return this.#signals > 1 ? exitCodes.interrupted : this.#exitCode
  }

  #follow(actor: Followed): Promise<void> {
    const { label, launch, line } = actor
    return new Promise((resolve) => {
      const process = launchActor(launch, {
        event: (event) => this.#show(event, actor),
        output: (text, stream) => {
          if (this.#json) this.#printJson({ event: 'log', actor: launch.actor, label, stream, msg: text })
          else this.#print(line(text))
        },
        ended: (code, signal) => {
          this.#running.delete(label)
          this.#ended(code, signal, actor)
          resolve()
        },
      })
      this.#running.set(label, process)
    })
  }

  #show(event: Event, actor: Followed): void {
    if (event.event === 'ready') actor.isReady = true
    if (this.#json) this.#print(JSON.stringify({ actor: actor.launch.actor, ...event, label: actor.label }))
    else if (event.event === 'error' && event.exit !== undefined) this.#tellEnd(actor, String(event.msg))
    else {
      const shown = paintEvent(this.#screen, event)
      for (const text of shown?.split('\n') ?? []) this.#print(actor.line(text))
    }
  }

  #tellEnd(actor: Followed, why: string): void {
    actor.hasToldEnd = true
    if (!actor.isReady) {
      if (this.#reasons.has(why)) return
      this.#reasons.add(why)
    }
    const name = paint(screenOf(process.stderr), 'red', 'quorate:')
    process.stderr.write(`${name} ${actor.label}: ${why}\n`)
  }

  #ended(code: number | null, signal: NodeJS.Signals | null, actor: Followed): void {
    const exit = code ?? 128 + (signal ? constants.signals[signal] : 0)
    if (exit === 0) return
    // It was asked to stop before it could listen.
    if (this.#signals > 0 && signal === 'SIGTERM' && !actor.isReady) return
    if (this.#exitCode === exitCodes.ok) this.#exitCode = exit
    const how = signal ? `was ended by ${signal}` : `ended with exit code ${code}`
    const { launch, label, hasToldEnd } = actor
    if (this.#json) this.#printJson({ event: 'error', actor: launch.actor, label, msg: how, code, signal })
    else if (!hasToldEnd && this.#signals < 2) this.#tellEnd({ ...actor, isReady: true }, how)
  }

  /** The first time gracefully; the second time at once. Who does not obey is killed. */
  #stop(): void {
    const now = performance.now()
    if (this.#signals > 0 && now - this.#signalledAt < SAME_SIGNAL_MS) return
    this.#signalledAt = now
    this.#signals++
    for (const actor of this.#running.values()) actor.signal('SIGTERM')
    const patience = this.#signals > 1 ? KILL_AT_ONCE_MS : KILL_MS
    setTimeout(() => {
      for (const actor of this.#running.values()) actor.signal('SIGKILL')
    }, patience).unref()
  }

  #printJson(fields: object): void {
    this.#print(JSON.stringify({ v: 1, t: Date.now(), ...fields }))
  }

  #print(text: string): void {
    if (!process.stdout.writable) return
    // Who does not read what is printed shall not fill the memory.
    if (process.stdout.writableLength > UNREAD_BYTES) {
      this.#unprinted++
      return
    }
    if (this.#unprinted > 0) this.#tellUnprinted(this.#unprinted)
    this.#unprinted = 0
    process.stdout.write(`${text}\n`)
  }

  #tellUnprinted(lines: number): void {
    const msg = `${lines} lines were left out, because those before them were not read`
    const json = { v: 1, t: Date.now(), event: 'log', level: 'warn', msg }
    process.stdout.write(`${this.#json ? JSON.stringify(json) : msg}\n`)
  }
}
