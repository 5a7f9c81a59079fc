/**
 * What a hub knows and does, without sockets, clock or disk of its own: commands on their way to targets,
 * replies to them, and workers. Everything that is done is written to a journal; who is answered only when
 * the journal has kept it loses nothing.
 *
 *   1. to begin with       restore
 *   2. workers             register, unregister, seen
 *   3. commands come       post, cancel, clear
 *   4. commands go         pop (for good), take, extend and giveBack (by a lease)
 *   5. answers             answer, forgetReplies
 *   6. time                expire
 */
import { composed, type Json, type JsonObject, jsonText, verbatim } from '../fastapi/json.js'
import { Entries, type Sought } from './entries.js'
import { type Entry, hasEnded, wholeIn } from './entry.js'
import { HubError } from './errors.js'
import type { Journal } from './journal.js'
import { hubLimits } from './limits.js'
import { type Command, commandBody, type Reply } from './models.js'
import { TargetQueue } from './queue.js'
import { Replies } from './replies.js'

/** Who carries out commands. */
export interface Worker {
  readonly name: string
  /** By object: its addresses, or whatever the worker said of it. */
  objects: Json
  seenMs: number
  /** Commands that it has answered for good since the hub was started. */
  done: number
}

/** What happens, for those who wait for it. */
export interface HubEvents {
  /** There is something to do for a target. */
  queued(target: string): void
  /** A command was answered, or has ended without. */
  answered(commandId: string): void
  /** A command for a target has come, or is in another state. */
  changed(entry: Entry): void
}

export interface PostOptions {
  /** One of the same id that waits for the target is replaced where it stands. Else it has to be the same. */
  readonly isReplacing?: boolean
  /** Milliseconds from now until it ends, answered or not. */
  readonly timeoutMs?: number | undefined
}

export interface AnswerOptions {
  /** Where those that sent it have to prove that the command is theirs. */
  readonly token?: string
  /** Whether nothing more is to come. Default true. */
  readonly isLast?: boolean
}

export interface TakeOptions {
  readonly most: number
  readonly leaseMs: number
  /** Makes the proof of a lease. */
  readonly token: () => string
}

export class HubCore {
  readonly #journal: Journal
  readonly #events: HubEvents
  readonly #workers = new Map<string, Worker>()
  readonly #queues = new Map<string, TargetQueue>()
  readonly #entries: Entries
  readonly #replies: Replies

  constructor(journal: Journal, events: HubEvents) {
    this.#journal = journal
    this.#events = events
    this.#entries = new Entries(journal)
    this.#replies = new Replies(journal)
  }

  // ---- 1. to begin with

  /** Takes up what was kept. Whoever had a lease has it for a while again: it could not answer meanwhile. */
  restore(nowMs: number, leaseMs = hubLimits.leaseMs): void {
    const replies: JsonObject[] = []
    const records = [...this.#journal.records()]
    for (const [[kind, name = ''], record] of records) {
      if (kind === 'queue') this.#queueOf(name)
      if (kind === 'worker') {
        const seenMs = wholeIn(record, 'seenMs')
        this.#workers.set(name, { name, objects: record.get('objects') ?? null, seenMs, done: 0 })
      }
      if (kind === 'reply') replies.push(record)
    }
    this.#replies.restore(replies)
    for (const entry of this.#entries.restore(records)) {
      if (entry.state === 'leased') entry.leasedUntilMs = Math.max(entry.leasedUntilMs, nowMs + leaseMs)
      if (entry.state === 'queued') this.#queueOf(entry.target).add(entry)
    }
  }

  // ---- 2. workers

  get workers(): ReadonlyMap<string, Worker> {
    return this.#workers
  }

  /** Knows a worker from now on, with its objects where they are given. @throws HubError `hub-full`. */
  register(name: string, nowMs: number, objects?: Json): void {
    const worker = this.#workers.get(name)
    if (!worker && this.#workers.size >= hubLimits.targets) throw full('workers', hubLimits.targets)
    const { done = 0 } = worker ?? {}
    const known: Worker = { name, objects: objects ?? worker?.objects ?? new Map(), seenMs: nowMs, done }
    this.#workers.set(name, known)
    // Workers say so every few seconds.
    if (worker && jsonText(worker.objects) === jsonText(known.objects)) return
    this.#journal.put(['worker', name], composed({ objects: known.objects, seenMs: nowMs }))
    this.#openQueue(name)
  }

  /** False where there was none. What waits for it goes on waiting. */
  unregister(name: string): boolean {
    this.#journal.remove(['worker', name])
    return this.#workers.delete(name)
  }

  /** It was heard of. Not kept: who was there before the hub is heard of again. */
  seen(name: string, nowMs: number): void {
    const worker = this.#workers.get(name)
    if (worker) worker.seenMs = nowMs
  }

  // ---- 3. commands come

  /** By target, in the order in which targets were first named. */
  get queues(): ReadonlyMap<string, TargetQueue> {
    return this.#queues
  }

  /** What is known of a command, by target; undefined for one that is not known, or no more. */
  entriesOf(commandId: string): ReadonlyMap<string, Entry> | undefined {
    return this.#entries.of(commandId)
  }

  /** Commands for each of their targets, the newest first, also those that have ended. */
  history(sought: Sought): readonly Entry[] {
    return this.#entries.newest(sought)
  }

  /**
   * Has a command wait for each of its targets. One that is known already, and says the same, does nothing
   * again. @throws HubError `hub-full`, `hub-conflict`: then it waits for none of them.
   */
  post(command: Command, to: readonly string[], nowMs: number, options: PostOptions = {}): void {
    const { isReplacing = false, timeoutMs } = options
    const targets = to.length > 1 ? new Set(to) : to
    const known = this.#entries.of(command.id)
    for (const target of targets) {
      const before = known?.get(target)
      this.#requireSame(command, before, isReplacing)
      if (!before || isReplacing) this.#requireRoom(target)
    }
    for (const target of targets) {
      const before = known?.get(target)
      if (before && !isReplacing) continue
      if (before?.state === 'queued') {
        before.command = command
        this.#queueOf(target).add(before)
        this.#entries.keepCommand(before)
        continue
      }
      if (before) this.#entries.forget(before)
      const deadlineMs = timeoutMs === undefined ? 0 : nowMs + timeoutMs
      const entry = this.#entries.add({ target, command, postedMs: nowMs, deadlineMs })
      this.#openQueue(target).add(entry)
      this.#events.changed(entry)
      this.#events.queued(target)
    }
  }

  /** Takes it back from all targets that have not answered. @throws HubError `hub-unknown`. */
  cancel(commandId: string, nowMs: number): void {
    const entries = this.#entries.of(commandId)
    if (!entries) throw unknown('command', commandId)
    for (const entry of entries.values()) if (!hasEnded(entry)) this.#end(entry, 'cancelled', nowMs)
  }

  /** Takes back all that waits for a target. False for one without a queue. */
  clear(target: string, nowMs: number): boolean {
    const queue = this.#queues.get(target)
    if (!queue) return false
    for (const entry of [...queue.all()]) this.#end(entry, 'cancelled', nowMs)
    return true
  }

  // ---- 4. commands go

  /** The oldest command for a target, for good: nobody is asked whether it was carried out. */
  pop(target: string, nowMs: number): Command | undefined {
    this.seen(target, nowMs)
    const entry = this.#queues.get(target)?.oldest()
    if (!entry) return undefined
    this.#handOut(entry)
    entry.state = 'taken'
    this.#entries.keepState(entry)
    this.#events.changed(entry)
    return entry.command
  }

  /** The most urgent commands for a target. They come back where they are not answered in time. */
  take(target: string, nowMs: number, { most, leaseMs, token }: TakeOptions): readonly Entry[] {
    this.seen(target, nowMs)
    const queue = this.#queues.get(target)
    const taken: Entry[] = []
    for (let entry = queue?.next(); entry && taken.length < most; entry = queue?.next()) {
      this.#handOut(entry)
      entry.state = 'leased'
      entry.token = token()
      entry.leasedUntilMs = nowMs + leaseMs
      this.#entries.keepState(entry)
      this.#events.changed(entry)
      taken.push(entry)
    }
    return taken
  }

  /** Those that were taken by somebody who is not there to be given them. */
  giveBack(entries: readonly Entry[]): void {
    const leased = entries.filter(({ state }) => state === 'leased')
    for (const entry of leased) entry.attempts--
    this.#requeue(leased)
  }

  /** @throws HubError `hub-unknown`, `hub-lease-lost`. */
  extend(commandId: string, target: string, token: string, untilMs: number): void {
    const entry = this.#entries.of(commandId)?.get(target)
    if (!entry) throw unknown('command', `${commandId} for ${target}`)
    requireLease(entry, token)
    entry.leasedUntilMs = untilMs
    this.#entries.keepState(entry)
  }

  // ---- 5. answers

  get replies(): Pick<Replies, 'all' | 'of' | 'last'> {
    return this.#replies
  }

  /**
   * Keeps a reply, and ends the command for those that sent it, unless more is to come. The same reply again
   * does nothing again. @throws HubError `hub-lease-lost`: then nothing is kept.
   */
  answer(reply: Reply, nowMs: number, { token, isLast = true }: AnswerOptions = {}): void {
    const entries = reply.senders.flatMap((name) => this.#entries.of(reply.commandId)?.get(name) ?? [])
    if (token !== undefined && !this.#replies.has(reply)) {
      // What was taken for good was given no token.
      for (const entry of entries) if (entry.state !== 'taken') requireLease(entry, token)
    }
    this.#replies.add(reply)
    for (const name of reply.senders) this.seen(name, nowMs)
    if (isLast) for (const entry of entries) if (!hasEnded(entry)) this.#done(entry, nowMs)
    this.#events.answered(reply.commandId)
  }

  /** False where there was none. */
  forgetReplies(commandId: string): boolean {
    return this.#replies.forget(commandId)
  }

  // ---- 6. time

  /** Leases and commands whose time is over. */
  expire(nowMs: number): void {
    const back: Entry[] = []
    for (const entry of [...this.#entries.timed]) {
      if (entry.deadlineMs !== 0 && entry.deadlineMs <= nowMs) this.#fail(entry, 'expired', nowMs)
      else if (entry.state === 'leased' && entry.leasedUntilMs <= nowMs) {
        if (entry.attempts >= hubLimits.attempts) this.#fail(entry, 'failed', nowMs)
        else back.push(entry)
      }
    }
    this.#requeue(back)
  }

  #requeue(entries: readonly Entry[]): void {
    const targets = new Map<string, Entry[]>()
    for (const entry of entries) {
      entry.state = 'queued'
      entry.token = ''
      this.#entries.keepState(entry)
      this.#events.changed(entry)
      const others = targets.get(entry.target)
      if (others) others.push(entry)
      else targets.set(entry.target, [entry])
    }
    for (const [target, back] of targets) {
      this.#queueOf(target).putBack(back)
      this.#events.queued(target)
    }
  }

  #done(entry: Entry, nowMs: number): void {
    this.#end(entry, 'done', nowMs)
    const worker = this.#workers.get(entry.target)
    if (worker) worker.done++
  }

  #fail(entry: Entry, state: 'expired' | 'failed', nowMs: number): void {
    const { command, target, attempts } = entry
    const why =
      state === 'expired'
        ? 'TimeoutError!!The command was not answered in time'
        : `TimeoutError!!The command was handed out ${attempts} times, and never answered`
    this.#end(entry, state, nowMs)
    const { id: commandId, priority, rank } = command
    const senders = ['HUB']
    const address = composed({ sender: senders, target: command.senders })
    const id = `${state}-${target}`
    const data = verbatim(why)
    this.answer({ id, commandId, senders, priority, rank, status: 'error', address, data }, nowMs)
  }

  #requireSame(command: Command, known: Entry | undefined, isReplacing: boolean): void {
    if (!known || isReplacing || isSame(known.command, command)) return
    throw new HubError('hub-conflict', `the command ${command.id} is another; give this one an id of its own`)
  }

  #requireRoom(target: string): void {
    const queue = this.#queues.get(target)
    if (!queue && this.#queues.size >= hubLimits.targets) this.#sweep()
    if ((queue?.size ?? 0) >= hubLimits.queuedCommands) {
      throw full(`commands that wait for ${target}`, hubLimits.queuedCommands)
    }
  }

  /** Makes room for another target. @throws HubError `hub-full`. */
  #sweep(): void {
    for (const [target, { size }] of this.#queues) {
      if (size > 0 || this.#workers.has(target)) continue
      this.#queues.delete(target)
      this.#journal.remove(['queue', target])
    }
    if (this.#queues.size >= hubLimits.targets) throw full('targets', hubLimits.targets)
  }

  #handOut(entry: Entry): void {
    this.#queueOf(entry.target).remove(entry.command.id)
    entry.attempts++
  }

  #end(entry: Entry, state: EntryEnd, nowMs: number): void {
    this.#queueOf(entry.target).remove(entry.command.id)
    entry.state = state
    entry.endedMs = nowMs
    entry.token = ''
    this.#entries.keepState(entry)
    this.#events.changed(entry)
    if (state === 'cancelled') this.#events.answered(entry.command.id)
  }

  #openQueue(target: string): TargetQueue {
    if (!this.#queues.has(target)) this.#journal.put(['queue', target], composed({}))
    return this.#queueOf(target)
  }

  #queueOf(target: string): TargetQueue {
    const queue = this.#queues.get(target) ?? new TargetQueue()
    this.#queues.set(target, queue)
    return queue
  }
}

type EntryEnd = 'done' | 'expired' | 'failed' | 'cancelled'

function requireLease(entry: Entry, token: string): void {
  const { state, target, command } = entry
  if (state === 'leased' && entry.token === token) return
  const now = state === 'leased' ? 'another was given it' : `it is ${state}`
  const text = `${target} no longer has the command ${command.id}: ${now}`
  throw new HubError('hub-lease-lost', text)
}

function isSame(one: Command, other: Command): boolean {
  return commandBody(one).text === commandBody(other).text
}

function unknown(what: string, name: string): HubError {
  return new HubError('hub-unknown', `there is no ${what} ${name}`)
}

function full(what: string, most: number): HubError {
  return new HubError('hub-full', `there are ${most} ${what}, as many as a hub takes; try again later`)
}
