/**
 * One actor and its processes, one after another: has the core decide, does what it says, and tells it what
 * happens. What happens is seen in files and in the system alone, so that it makes no difference whether this
 * agent started the process, or one before it.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { messageOf } from '../../ports/index.js'
import type { GroupStatus } from '../../runtime/index.js'
import { ActorLine, type WitnessAt } from '../supervision/index.js'
import type { Cgroups } from './cgroups.js'
import { type Exit, type Input, isRunning, step, textOf } from './core.js'
import { eventIn, lastErrorIn } from './events.js'
import { agentLimits } from './limits.js'
import { ActorLog } from './log.js'
import { isThere, type ProcessIdentity, signalTo, type Usage, usageOf } from './processes.js'
import type { ActorRecord, StartedSpec } from './records.js'
import { type Program, readRun, runDetached, takeBack } from './runner.js'
import { Spending } from './spending.js'
import type { Traffic } from './traffic.js'

/** How a process is started that is an actor: what the agent itself knows nothing of. */
export type ProgramOf = (wanted: {
  readonly id: string
  readonly module: string
  readonly spec: StartedSpec
  /** Path of the socket at which it is asked. */
  readonly line: string
}) => Program

/** What an actor needs of its supervisor. */
export interface Surroundings {
  readonly runs: string
  readonly logs: string
  /** Where actors have the sockets at which they are asked. */
  readonly lines: string
  readonly witnessAt: WitnessAt
  /** Where actors have folders of their own. */
  readonly files: string
  /** Undefined where this agent may make no control groups. */
  readonly cgroups: Cgroups | undefined
  readonly program: ProgramOf
  /** It is another now; resolves when that is kept. */
  changed(actor: SupervisedActor): Promise<void>
}

/** Where an actor finds the folder that it has for itself. */
const FOLDER_VARIABLE = 'QUORATE_FOLDER'
const UNSEEN = { code: null, signal: null }

export class SupervisedActor {
  readonly log: ActorLog
  readonly #surroundings: Surroundings
  #record: ActorRecord
  #timer: NodeJS.Timeout | undefined
  #logWatch: { close(): void } | undefined
  /** To where the log was looked through for the event that tells that it is active. */
  #readTo: number
  #identity: ProcessIdentity | undefined
  /** When it was first seen that the process has gone; 0 where it has not. */
  #goneMs = 0
  /** What its process is to be sent when it is known. */
  #owed: 'SIGTERM' | 'SIGKILL' | undefined
  /** Undefined while it was not active yet. */
  #line: ActorLine | undefined
  #spending: Spending | undefined
  #isClosed = false

  constructor(record: ActorRecord, surroundings: Surroundings) {
    this.#record = record
    this.#surroundings = surroundings
    this.log = new ActorLog(join(surroundings.logs, `${record.id}.log`), record.logBegins)
    this.#readTo = record.runBegins
  }

  get record(): ActorRecord {
    return this.#record
  }

  /** Whether its next start would be this. */
  is(module: string, spec: StartedSpec): boolean {
    return this.#record.module === module && isDeepStrictEqual(this.#record.spec, spec)
  }

  /** With its next start it is another. It has ended. */
  become(module: string, spec: StartedSpec): void {
    const { restart, activeMs, graceMs } = spec
    const state = { ...this.#record.state, restart, activeMs, graceMs }
    this.#record = { ...this.#record, module, spec, state }
  }

  /** Undefined where no process is known. */
  get pid(): number | undefined {
    return this.#identity?.pid
  }

  get usage(): Usage | undefined {
    return this.#identity && usageOf(this.#identity)
  }

  /** What it uses of what it may; undefined where that is not limited, or not looked at yet. */
  get spending(): Spending | undefined {
    return this.#spending
  }

  /** The folder that it has for itself. */
  get folder(): string {
    return join(this.#surroundings.files, this.#record.id)
  }

  /** Its groups, as it sees them now; or why that is not known. Takes at most a moment. */
  async groups(): Promise<readonly GroupStatus[] | string> {
    if (this.#record.state.phase !== 'active') return 'it is not active'
    const answer = await this.#line?.groups()
    return answer ?? 'it does not answer: it is busy, stopped, or of an older quorate'
  }

  /**
   * Tells the core; resolves when what it decided is kept and done. @throws AgentError `agent-not-kept` where
   * that is a start, which then was none.
   */
  async tell(input: Input): Promise<void> {
    const before = this.#record
    const { state, effects } = step(before.state, input, Date.now())
    if (state === before.state) {
      // Timers may come a moment before their time.
      if (input.kind === 'due') this.#setTimer()
      return
    }
    const isStart = effects.some(({ kind }) => kind === 'spawn')
    this.#record = { ...before, state, ...(isStart && { runBegins: this.log.ends }) }
    this.#setTimer()
    // A signal waits for no disk, which may be full because of this very actor.
    for (const effect of effects) if (effect.kind === 'signal') this.#signal(effect.signal)
    const kept = this.#surroundings.changed(this)
    if (!isStart) return kept
    // What is not kept must not run: after a restart of the agent, nobody would know of it.
    try {
      await kept
    } catch (error) {
      if (input.kind === 'start') {
        this.#record = before
        this.#setTimer()
        throw error
      }
      this.#failedToStart(error)
      return
    }
    this.#spawn()
  }

  /** Goes on where an agent before this one stopped. */
  takeUp(): void {
    const { state } = this.#record
    this.#setTimer()
    if (!isRunning(state)) return
    if (!takeBack(this.#runFile)) {
      this.#watchLog()
      this.look()
    } else if (state.phase === 'starting') {
      // That one died before it had started the process.
      this.#record = { ...this.#record, state: { ...state, starts: state.starts + 1 } }
      const kept = this.#surroundings.changed(this)
      kept.then(
        () => this.#spawn(),
        (error) => this.#failedToStart(error),
      )
    } else this.#ended(UNSEEN)
  }

  /** Looks at what became of its process. */
  look(): void {
    if (this.#isClosed || !isRunning(this.#record.state)) return
    const run = readRun(this.#runFile)
    if (!this.#identity && run?.identity) {
      this.#identity = run.identity
      if (this.#owed) this.#signal(this.#owed)
    }
    this.#lookForReady()
    this.#connect()
    if (run?.exit) this.#ended(run.exit)
    else if (this.#isLost()) this.#ended(UNSEEN)
  }

  /** Looks at what its process uses of what it may, and sees to it. Never rejects. */
  async spend(traffic: Traffic | undefined): Promise<void> {
    const [identity, { limits }] = [this.#identity, this.#record.spec]
    if (!identity || Object.keys(limits).length === 0) return
    const cgroup = this.#spending ? undefined : this.#cgroups?.of(this.#digest, identity.pid, limits)
    const spending = this.#spending ?? new Spending(limits, [this.log.path, this.folder], cgroup)
    this.#spending = spending
    const judged = await spending.look(identity, traffic)
    // It may have ended meanwhile.
    if (!judged || this.#spending !== spending) return
    for (const event of judged.near) this.#line?.limit(event)
    if (judged.over !== undefined) this.#told({ kind: 'over', why: judged.over })
  }

  /** Forgets the oldest of a log that is too long. */
  async shortenLog(): Promise<void> {
    if (!(await this.log.shorten())) return
    this.#record = { ...this.#record, logBegins: this.log.begins }
    await this.#surroundings.changed(this).catch(() => undefined)
  }

  /** Ends nothing but the watch over it. */
  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
    this.#logWatch?.close()
    this.#line?.close()
  }

  get #runFile(): string {
    return join(this.#surroundings.runs, `${this.#record.id}.${this.#record.state.starts}`)
  }

  /** Short, and of this start alone. */
  get #linePath(): string {
    return join(this.#surroundings.lines, `${this.#digest}.${this.#record.state.starts}`)
  }

  get #digest(): string {
    return createHash('sha256').update(this.#record.id).digest('hex').slice(0, 32)
  }

  get #cgroups(): Cgroups | undefined {
    return this.#surroundings.cgroups
  }

  /** An actor listens before it says that it is active; one that was not heard is tried again. */
  #connect(): void {
    if (this.#record.state.phase !== 'active' || this.#line?.isClosed === false) return
    try {
      this.#line = new ActorLine(this.#linePath, this.#surroundings.witnessAt)
    } catch {
      // Without its folder, or with too many files open: it is tried again.
      this.#line = undefined
    }
  }

  #spawn(): void {
    const { phase, starts } = this.#record.state
    if (phase !== 'starting') {
      // It was stopped meanwhile.
      this.#told({ kind: 'ended', exit: UNSEEN })
      return
    }
    this.#identity = undefined
    this.#owed = undefined
    this.#goneMs = 0
    this.#readTo = this.#record.runBegins
    const over = (): void => {
      if (this.#record.state.starts === starts) this.#shellEnded()
    }
    try {
      const { command, environment } = this.#surroundings.program({ ...this.#record, line: this.#linePath })
      mkdirSync(this.folder, { recursive: true, mode: 0o700 })
      const cgroup = this.#cgroups?.open(this.#digest, this.#record.spec.limits)?.folder
      const program = { command, environment: { ...environment, [FOLDER_VARIABLE]: this.folder }, cgroup }
      runDetached(program, this.#runFile, this.log.path, over)
      this.#watchLog()
    } catch (error) {
      this.#failedToStart(error)
    }
  }

  #failedToStart(error: unknown): void {
    this.#told({ kind: 'ended', exit: UNSEEN, why: `it cannot be started: ${messageOf(error)}` })
  }

  /** Whether nobody will tell of its process any more: its shell does so within a moment, or never. */
  #isLost(): boolean {
    const nowMs = Date.now()
    if (!this.#identity) return nowMs - this.#record.state.sinceMs >= agentLimits.toldMs
    if (isThere(this.#identity)) return false
    this.#goneMs ||= nowMs
    return nowMs - this.#goneMs >= agentLimits.lookMs
  }

  #shellEnded(): void {
    this.look()
    if (this.#isClosed || !isRunning(this.#record.state) || readRun(this.#runFile)?.identity) return
    this.#failedToStart('nobody could write down which process it is; is the disk full?')
  }

  #ended(exit: Exit): void {
    const { bytes } = this.log.part(Math.max(this.#record.runBegins, this.log.ends - agentLimits.lastBytes))
    const lines = bytes.toString().split('\n').filter(Boolean).slice(-agentLimits.lastLines)
    this.#record = { ...this.#record, last: { ...exit, atMs: Date.now(), lines } }
    const said = exit.code === 0 ? undefined : (this.#spending?.killed ?? lastErrorIn(lines))
    const [runFile, linePath] = [this.#runFile, this.#linePath]
    this.#line?.close()
    this.#told({ kind: 'ended', exit, ...(said && { why: `${textOf(exit)}: ${said}` }) }, () => {
      for (const file of [runFile, linePath]) rmSync(file, { force: true })
      this.#cgroups?.remove(this.#digest)
    })
  }

  #told(input: Input, kept: () => void = () => undefined): void {
    if (input.kind === 'ended') {
      this.#identity = undefined
      this.#spending = undefined
      this.#logWatch?.close()
    }
    // What is not kept now is with the next change; and what there is, is seen again after a restart.
    this.tell(input).then(kept, () => undefined)
  }

  #signal(signal: 'SIGTERM' | 'SIGKILL'): void {
    this.#identity ??= readRun(this.#runFile)?.identity
    // One that is just being started is sent it as soon as it is known.
    this.#owed = this.#identity ? undefined : signal
    if (this.#identity) signalTo(this.#identity, signal)
  }

  #setTimer(): void {
    clearTimeout(this.#timer)
    const { dueMs } = this.#record.state
    if (dueMs === 0 || this.#isClosed) return
    this.#timer = setTimeout(() => this.#told({ kind: 'due' }), Math.max(0, dueMs - Date.now()))
  }

  #watchLog(): void {
    this.#logWatch?.close()
    if (this.#record.state.phase === 'starting') this.#logWatch = this.log.watch(() => this.look())
  }

  /** An actor tells when it is active in its log, as all that it tells. */
  #lookForReady(): void {
    if (this.#record.state.phase !== 'starting') return
    const { from, bytes } = this.log.part(this.#readTo)
    // Whatever is longer than that is no event.
    const isFull = bytes.length === agentLimits.logAtOnceBytes
    const end = bytes.lastIndexOf('\n') + 1 || (isFull ? bytes.length : 0)
    this.#readTo = from + end
    const lines = bytes.subarray(0, end).toString().split('\n')
    if (!lines.some((line) => eventIn(line)?.event === 'ready')) return
    this.#logWatch?.close()
    this.#told({ kind: 'ready' })
    this.#connect()
  }
}
