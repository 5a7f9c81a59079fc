/**
 * Starts the processes of actors, shows what they tell, and ends when all of them have ended. Lines go to
 * standard output; what ended an actor goes to standard error. One that ends leaves the others alone.
 */
import { constants } from 'node:os'
import { boundedLines } from './bounded-lines.js'
import { paintEvent } from './event-line.js'
import { exitCodes } from './failure.js'
import { type ActorLaunch, type ActorProcess, launchActor } from './launch.js'
import { commandLimits } from './limits.js'
import { OrphanGuard } from './orphan-guard.js'
import { complain, labeller, paint, type Screen, screenOf } from './terminal.js'

export interface PlannedActor {
  readonly label: string
  readonly launch: ActorLaunch
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

type Event = Readonly<Record<string, unknown>>

/** One actor as the launcher follows it. */
interface Followed extends PlannedActor {
  readonly line: (text: string) => string
  isReady: boolean
  /** It has told the error that ends it. */
  hasToldEnd: boolean
}

export class Launcher {
  readonly #planned: readonly PlannedActor[]
  readonly #json: boolean
  readonly #lines = boundedLines(process.stdout, commandLimits.unreadBytes, (lines) => this.#leftOut(lines))
  readonly #screen: Screen = screenOf(process.stdout)
  readonly #running = new Map<string, ActorProcess>()
  readonly #guard = new OrphanGuard()
  /** Why actors could not be started: several often cannot for one reason, which is told once. */
  readonly #reasons = new Set<string>()
  #signals = 0
  #signalledAt = 0
  #exitCode: number = exitCodes.ok

  constructor(planned: readonly PlannedActor[], json: boolean) {
    this.#planned = planned
    this.#json = json
  }

  /** Resolves with the exit code: that of the first actor that failed. To be called once. */
  async run(): Promise<number> {
    const onSignal = (signal: NodeJS.Signals): void => this.#stop(signal)
    for (const signal of SIGNALS) process.on(signal, onSignal)
    process.stdout.on('error', () => {
      if (this.#signals === 0) this.#stop()
    })
    const width = Math.max(...this.#planned.map(({ label }) => label.length))
    const all = this.#planned.map((planned, index) => {
      const line = labeller(this.#screen, planned.label, index, width)
      return this.#follow({ ...planned, line, isReady: false, hasToldEnd: false })
    })
    this.#guardAll()
    await Promise.all(all)
    const exitCode = this.#signals > 1 ? exitCodes.interrupted : this.#exitCode
    // From here on a signal ends it at once; and who asked for the end does not wait for a slow reader.
    for (const signal of SIGNALS) process.off(signal, onSignal)
    if (this.#signals > 0) setTimeout(() => process.exit(exitCode), commandLimits.lastLinesMs).unref()
    return exitCode
  }

  #follow(actor: Followed): Promise<void> {
    const { label, launch, line } = actor
    return new Promise((resolve) => {
      const started = launchActor(launch, {
        event: (event) => this.#show(event, actor),
        output: (text, stream) => {
          if (this.#json) this.#printJson({ event: 'log', actor: launch.actor, label, stream, msg: text })
          else this.#print(line(text))
        },
        ended: (code, signal) => {
          this.#running.delete(label)
          this.#guardAll()
          this.#ended(code, signal, actor)
          resolve()
        },
      })
      this.#running.set(label, started)
    })
  }

  #guardAll(): void {
    this.#guard.guard([...this.#running.values()].flatMap(({ pid }) => pid ?? []))
  }

  #show(event: Event, actor: Followed): void {
    if (event.event === 'ready') actor.isReady = true
    if (this.#json) this.#print(JSON.stringify({ actor: actor.launch.actor, ...event, label: actor.label }))
    else if (event.event === 'error' && event.exit !== undefined) this.#tellEnd(actor, String(event.msg))
    else if (event.event !== 'stopping' || this.#signals === 0) {
      // That all of them stop has been told then.
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
    complain(`${actor.label}: ${why}`)
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
  #stop(signal?: NodeJS.Signals): void {
    const now = performance.now()
    if (this.#signals > 0 && now - this.#signalledAt < commandLimits.sameSignalMs) return
    this.#signalledAt = now
    this.#signals++
    if (this.#signals === 1 && signal) this.#tellStop(signal)
    for (const actor of this.#running.values()) actor.signal('SIGTERM')
    const patience = this.#signals > 1 ? commandLimits.killAtOnceMs : commandLimits.killMs
    setTimeout(() => {
      for (const actor of this.#running.values()) actor.signal('SIGKILL')
    }, patience).unref()
  }

  #tellStop(signal: NodeJS.Signals): void {
    if (this.#json) return
    const again = signal === 'SIGINT' ? 'Ctrl-C again' : 'a second signal'
    // Over the ^C that the terminal shows.
    const start = this.#screen.isTerminal ? '\r' : ''
    this.#print(start + paint(this.#screen, 'dim', `stopping; ${again} ends it at once`))
  }

  #printJson(fields: object): void {
    this.#print(JSON.stringify({ v: 1, t: Date.now(), ...fields }))
  }

  #print(text: string): void {
    if (process.stdout.writable) this.#lines.write(`${text}\n`)
  }

  #leftOut(lines: number): string {
    const msg = `${lines} lines were left out, because those before them were not read`
    return `${this.#json ? JSON.stringify({ v: 1, t: Date.now(), event: 'log', level: 'warn', msg }) : msg}\n`
  }
}
