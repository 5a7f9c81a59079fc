/**
 * A link to the groups of an actor in another thread. Where that ends, all its leases are void, and its
 * members have failed.
 */
import type { ThreadChannel } from '../../ports/index.js'
import { LeaseWriter } from '../host/lease-cell.js'
import { groupLimits } from '../limits.js'
import type { GroupLink, LinkCommand, LinkEvent, OpenGroupLink } from '../link.js'
import { bytesIn, crossing } from './crossing.js'
import { driverLimits } from './limits.js'
import type { FromThread, GroupLock, OpenGroupChannel, ToThread } from './thread-messages.js'

type SendCommand = Extract<LinkCommand, { do: 'send' }>

export interface ThreadLinkOptions {
  /** Its leaders hand over without a sign of life of this thread for so long. Default: the limit. */
  readonly stallMs?: number
  readonly lock?: GroupLock | undefined
}

class ThreadLink implements GroupLink {
  readonly #channel: ThreadChannel<ToThread>
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
  /** Leases of the members that have neither left nor failed. */
  readonly #leases = new Map<number, SharedArrayBuffer>()

  constructor(open: OpenGroupChannel, on: (event: LinkEvent) => void, { stallMs, lock }: ThreadLinkOptions) {
    this.#on = on
    this.#channel = open(
      { is: 'groups', stallMs, lock },
      {
        message: (message) => this.#heard(message),
        ended: (why) => this.#ended(why),
      },
    )
    this.#aliveMs = Math.min(stallMs ?? groupLimits.stallMs, groupLimits.stallMs) / 4
    this.#alive = setInterval(() => this.#showLife(), this.#aliveMs).unref()
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
    this.#close()
    // Their writer voids them, too, a moment later.
    this.#voidLeases()
  }

  #heard(message: FromThread): void {
    if (message === 'ended') {
      this.#ended('it was given more than it can keep')
      return
    }
    const { events, bytes, taken } = message
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

  #ended(why: string): void {
    if (this.#isClosed) return
    this.#close()
    const message = `the thread of the groups has ended: ${why}`
    for (const member of this.#voidLeases()) {
      this.#on({ is: 'failed', member, code: 'thread-ended', message })
    }
  }

  /** Gives the members that they were of. */
  #voidLeases(): readonly number[] {
    const leases = [...this.#leases]
    this.#leases.clear()
    for (const [, lease] of leases) new LeaseWriter(lease).void()
    return leases.map(([member]) => member)
  }

  #close(): void {
    this.#isClosed = true
    clearInterval(this.#alive)
    this.#channel.close()
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
    this.#channel.post({ commands: items, ...sums }, transfer)
  }
}

/** Has the groups of one actor in the thread that `open` leads to. */
export function threadLink(open: OpenGroupChannel, options: ThreadLinkOptions = {}): OpenGroupLink {
  return (on) => new ThreadLink(open, on, options)
}
