/**
 * A link to the groups of an actor in a thread of its own. The thread never keeps the process alive, and
 * however the process ends, its sockets are closed before. Where the thread itself ends, all its leases
 * are void, and its members have failed.
 */
import type { Worker } from 'node:worker_threads'
import { messageOf } from '../../ports/index.js'
import { LeaseWriter } from '../host/lease-cell.js'
import { groupLimits } from '../limits.js'
import type { GroupLink, LinkCommand, LinkEvent, OpenGroupLink } from '../link.js'
import { bytesIn, crossing } from './crossing.js'
import { driverLimits } from './limits.js'
import { startThread } from './thread-file.js'
import { type FromThread, SOCKETS, type ThreadData, type ToThread } from './thread-messages.js'

type SendCommand = Extract<LinkCommand, { do: 'send' }>

export interface ThreadLinkOptions {
  /** Its leaders hand over without a sign of life of this thread for so long. Default: the limit. */
  readonly stallMs?: number
}

/** Those that are open: one hook for all. */
const open = new Set<ThreadLink>()

function endAll(): void {
  for (const link of open) link.endNow()
}

class ThreadLink implements GroupLink {
  readonly #worker: Worker
  readonly #sockets = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)
  readonly #on: (event: LinkEvent) => void
  readonly #alive: NodeJS.Timeout
  readonly #aliveMs: number
  #shownAtMs = 0
  #commands: LinkCommand[] = []
  #bytes = 0
  /** Bytes of users' messages that the thread has not taken in. */
  #owed = 0
  #taken = 0
  #isScheduled = false
  #isClosed = false
  #error: unknown
  /** Leases of the members that have neither left nor failed. */
  readonly #leases = new Map<number, SharedArrayBuffer>()

  constructor(on: (event: LinkEvent) => void, { stallMs }: ThreadLinkOptions) {
    this.#on = on
    const workerData: ThreadData = { stallMs, sockets: this.#sockets }
    this.#worker = startThread({ workerData, name: 'groups' })
    this.#worker.on('message', (message: FromThread) => this.#heard(message))
    this.#worker.on('error', (error) => {
      this.#error = error
    })
    this.#worker.on('exit', () => this.#exited())
    // After the listeners, which take it back.
    this.#worker.unref()
    this.#aliveMs = Math.min(stallMs ?? groupLimits.stallMs, groupLimits.stallMs) / 4
    this.#alive = setInterval(() => this.#showLife(), this.#aliveMs).unref()
    if (open.size === 0) process.on('exit', endAll)
    open.add(this)
    this.#showLife()
  }

  #showLife(): void {
    this.#shownAtMs = performance.now()
    this.send({ do: 'alive' })
  }

  send(command: LinkCommand): void {
    if (this.#isClosed) return
    if (command.do === 'join') this.#leases.set(command.member, command.options.lease)
    if (command.do === 'send' && !this.#hasRoom(command)) return
    this.#commands.push(command)
    this.#schedule()
  }

  /** False, and told, where the thread does not keep up with the users' messages that it is given. */
  #hasRoom({ member, route, count, parts }: SendCommand): boolean {
    const bytes = bytesIn(parts)
    if (this.#owed > 0 && this.#owed + bytes > driverLimits.crossingBytes) {
      process.nextTick(() => this.#tell({ is: 'unsent', member, route, count }))
      return false
    }
    this.#owed += bytes
    this.#bytes += bytes
    return true
  }

  #tell(event: LinkEvent): void {
    if (!this.#isClosed) this.#on(event)
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#post('end', [])
  }

  /** The process ends: waits until the sockets are closed. */
  endNow(): void {
    this.close()
    const word = new Int32Array(this.#sockets)
    // A thread that has not begun yet never will.
    const before = Atomics.compareExchange(word, 0, SOCKETS.none, SOCKETS.closed)
    if (before === SOCKETS.open) Atomics.wait(word, 0, SOCKETS.open, driverLimits.endMs)
  }

  #heard({ events, bytes, taken }: FromThread): void {
    // One that has much to take in comes to its timers late, and is not stuck.
    if (performance.now() - this.#shownAtMs >= this.#aliveMs) this.#showLife()
    this.#taken += bytes
    this.#owed -= taken
    for (const event of events) {
      if (event.is === 'left' || event.is === 'failed') this.#leases.delete(event.member)
      this.#tell(event)
    }
    // With the next commands, or by itself where much waits for it.
    if (this.#taken > driverLimits.crossingBytes / 8) this.#schedule()
  }

  #exited(): void {
    clearInterval(this.#alive)
    open.delete(this)
    if (open.size === 0) process.off('exit', endAll)
    const leases = [...this.#leases]
    this.#leases.clear()
    // Its writer is gone with the thread.
    for (const [, lease] of leases) new LeaseWriter(lease).void()
    if (this.#isClosed) return
    this.#isClosed = true
    const why = this.#error === undefined ? 'it ended by itself' : messageOf(this.#error)
    const message = `the thread of the groups has ended: ${why}`
    for (const [member] of leases) this.#on({ is: 'failed', member, code: 'thread-ended', message })
  }

  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    process.nextTick(this.#flush)
  }

  readonly #flush = (): void => {
    this.#isScheduled = false
    if (this.#isClosed) return
    const { items, transfer } = crossing(this.#commands, true)
    this.#commands = []
    const sums = { bytes: this.#bytes, taken: this.#taken }
    this.#bytes = 0
    this.#taken = 0
    this.#post({ commands: items, ...sums }, transfer)
  }

  #post(message: ToThread, transfer: ArrayBuffer[]): void {
    this.#worker.postMessage(message, transfer)
  }
}

/** Starts a thread for the groups of one actor. */
export function threadLink(options: ThreadLinkOptions = {}): OpenGroupLink {
  return (on) => new ThreadLink(on, options)
}

/** Starts a thread for the groups of one actor. */
export const openThreadLink: OpenGroupLink = threadLink()
