/**
 * The line between the two ends of a plug, over a MessagePort. Each end confirms a value when it takes it in;
 * so many may be unconfirmed, in each direction, and no more (`limits.plugMessages`).
 *
 *   { kind: 'value', round, id, value }      both ways
 *   { kind: 'taken', round, ids, refused }   both ways: ids taken in, and those that were refused, with
 * reasons
 *   { kind: 'active' }, { kind: 'inactive' } to the thread: the component's life
 *   { kind: 'reset', round }                 to the thread: what is under way is given up, a new round begins
 *   { kind: 'close', stops }                 to the thread: the last word; `stops`: the component ends, too
 */
import type { MessagePort } from 'node:worker_threads'
import { messageOf, PortError } from './errors.js'
import { limits } from './limits.js'
import type { Transfer } from './transfer.js'

interface Value {
  readonly kind: 'value'
  readonly round: number
  readonly id: number
  readonly value: unknown
}

interface Taken {
  readonly kind: 'taken'
  readonly round: number
  readonly ids: readonly number[]
  readonly refused: readonly { readonly id: number; readonly reason: string }[]
}

/** What a component tells its threads. */
export type PlugNote =
  | { readonly kind: 'active' }
  | { readonly kind: 'inactive' }
  | { readonly kind: 'reset'; readonly round: number }
  | { readonly kind: 'close'; readonly stops: boolean }

/** A value that came, until it is taken in. */
export interface Arrived {
  readonly value: unknown
  /** Confirms it; with a reason where it was refused. False where it was given up meanwhile. */
  settle(refusal?: string): boolean
}

export interface LineEvents {
  value(arrived: Arrived): void
  note?(note: PlugNote): void
  /** Something came that the other end of a plug does not send. */
  garbage(): void
  /** The other end is gone, or this one was closed. */
  ended(): void
}

interface Call {
  resolve(): void
  reject(error: PortError): void
}

export class PlugLine {
  readonly #port: MessagePort
  /** Names the line in errors. */
  readonly #path: string
  readonly #events: LineEvents
  /** What was sent and is not confirmed, by id. */
  readonly #pending = new Map<number, Call>()
  #nextId = 0
  #round = 0
  /** Values of this round that came and are not taken in. */
  #untaken = 0
  #taken: number[] = []
  #refused: { id: number; reason: string }[] = []
  #isOpen = true

  constructor(port: MessagePort, path: string, events: LineEvents) {
    this.#port = port
    this.#path = path
    this.#events = events
    port.on('message', (data: unknown) => this.#take(data))
    port.on('messageerror', () => events.garbage())
    port.on('close', () => this.#end())
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  /**
   * Resolves when the other end has taken the value in. Rejects with PortError `again`, `unencodable`, at
   * once; `remote` where the other end refused it; with what giveUp() is told. The line must be open.
   */
  async send(value: unknown, transfer: readonly Transfer[] = []): Promise<void> {
    const waiting = this.#pending.size
    if (waiting >= limits.plugMessages) {
      throw new PortError('again', `${this.#path} is full: ${waiting} messages are not taken in yet`)
    }
    const id = this.#nextId++
    try {
      this.#port.postMessage({ kind: 'value', round: this.#round, id, value } satisfies Value, [...transfer])
    } catch (cause) {
      const text = `${this.#path}: what was sent cannot go to another thread: ${messageOf(cause)}`
      throw new PortError('unencodable', text, { cause })
    }
    await new Promise<void>((resolve, reject) => this.#pending.set(id, { resolve, reject }))
  }

  note(note: PlugNote): void {
    if (this.#isOpen) this.#port.postMessage(note)
  }

  /** Gives up what is under way in both directions and begins a round, the next unless told. */
  reset(why: () => PortError, round = this.#round + 1): void {
    this.#round = round
    this.#untaken = 0
    this.#taken = []
    this.#refused = []
    this.giveUp(why)
  }

  /** Rejects what is not confirmed. */
  giveUp(why: () => PortError): void {
    const calls = [...this.#pending.values()]
    this.#pending.clear()
    for (const call of calls) call.reject(why())
  }

  /** The number of the round. */
  get round(): number {
    return this.#round
  }

  /** Ends the line; what was sent before still arrives. */
  close(): void {
    this.#confirm()
    this.#port.close()
    this.#end()
  }

  #end(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#events.ended()
  }

  #take(data: unknown): void {
    if (!this.#isOpen) return
    if (isValue(data)) this.#arrived(data)
    else if (isTaken(data)) this.#settle(data)
    else if (isNote(data) && this.#events.note) this.#events.note(data)
    else this.#events.garbage()
  }

  #arrived({ round, id, value }: Value): void {
    if (round !== this.#round) return
    if (this.#untaken >= limits.plugMessages) {
      this.#events.garbage()
      return
    }
    this.#untaken++
    const settle = (refusal?: string): boolean => {
      if (round !== this.#round) return false
      this.#untaken--
      // Those of one turn are confirmed together.
      if (this.#taken.length + this.#refused.length === 0) queueMicrotask(() => this.#confirm())
      if (refusal === undefined) this.#taken.push(id)
      else this.#refused.push({ id, reason: refusal })
      return true
    }
    this.#events.value({ value, settle })
  }

  #confirm(): void {
    const [ids, refused] = [this.#taken, this.#refused]
    this.#taken = []
    this.#refused = []
    if (!this.#isOpen || ids.length + refused.length === 0) return
    this.#port.postMessage({ kind: 'taken', round: this.#round, ids, refused } satisfies Taken)
  }

  #settle({ round, ids, refused }: Taken): void {
    if (round !== this.#round) return
    for (const id of ids) this.#takeCall(id)?.resolve()
    for (const { id, reason } of refused) {
      this.#takeCall(id)?.reject(new PortError('remote', `${this.#path}: the message was refused: ${reason}`))
    }
  }

  #takeCall(id: number): Call | undefined {
    const call = this.#pending.get(id)
    this.#pending.delete(id)
    return call
  }
}

function fields(data: unknown): Readonly<Record<string, unknown>> {
  return typeof data === 'object' && data !== null ? Object.fromEntries(Object.entries(data)) : {}
}

function isValue(data: unknown): data is Value {
  const { kind, round, id } = fields(data)
  return kind === 'value' && typeof round === 'number' && typeof id === 'number'
}

function isTaken(data: unknown): data is Taken {
  const { kind, round, ids, refused } = fields(data)
  if (kind !== 'taken' || typeof round !== 'number') return false
  if (!Array.isArray(ids) || !Array.isArray(refused)) return false
  return ids.every((id) => typeof id === 'number') && refused.every(isRefused)
}

function isRefused(data: unknown): boolean {
  const { id, reason } = fields(data)
  return typeof id === 'number' && typeof reason === 'string'
}

function isNote(data: unknown): data is PlugNote {
  const { kind, round, stops } = fields(data)
  if (kind === 'active' || kind === 'inactive') return true
  return kind === 'reset' ? typeof round === 'number' : kind === 'close' && typeof stops === 'boolean'
}
