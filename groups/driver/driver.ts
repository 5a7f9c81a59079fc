/**
 * Drives the groups of one actor: gives the cores of its members time and messages, and does what follows
 * from them. It takes the commands of a link and gives its events, and has no thread of its own.
 */
import { groupLimits } from '../limits.js'
import type { LinkCommand } from '../link.js'
import { driverLimits } from './limits.js'
import { Member } from './member.js'
import type { DriverOptions } from './options.js'
import { StallWatch } from './stall-watch.js'

export class GroupDriver {
  readonly #options: DriverOptions
  readonly #members = new Map<number, Member>()
  /** Members to which something happened in this turn. */
  readonly #awake = new Set<Member>()
  readonly #stalls: StallWatch
  #turn: NodeJS.Immediate | undefined
  #watch: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(options: DriverOptions) {
    this.#options = options
    this.#stalls = new StallWatch(options.stallMs ?? groupLimits.stallMs)
  }

  /** What does not fit, as one for a member that is not there, is ignored: it may just have left. */
  take(command: LinkCommand): void {
    if (this.#isClosed) return
    switch (command.do) {
      case 'join':
        this.#join(command)
        break
      case 'alive':
        this.#stalls.alive(this.#nowMs)
        for (const member of this.#members.values()) member.stall(false)
        break
      case 'renew':
        for (const member of this.#members.values()) member.renew()
        break
      case 'stop':
        this.close()
        break
      default:
        this.#tell(command)
    }
  }

  /** Ends all at once, as a crash would, but leases are void. Harmless twice. */
  close(): void {
    this.#isClosed = true
    clearTimeout(this.#watch)
    clearImmediate(this.#turn)
    for (const member of this.#members.values()) member.close()
    this.#members.clear()
    this.#awake.clear()
  }

  /** Frames that were refused, by what was wrong with them. */
  refusedBy(member: number): ReadonlyMap<string, number> {
    return this.#members.get(member)?.refusals.counts ?? new Map()
  }

  get #nowMs(): number {
    return this.#options.now().monoMs
  }

  #join({ member: number, options }: Extract<LinkCommand, { do: 'join' }>): void {
    this.#members.get(number)?.close()
    const member: Member = new Member(number, options, this.#options, () => this.#wake(member))
    this.#members.set(number, member)
    member.open()
    this.#watch ??= setTimeout(this.#look, driverLimits.watchMs)
  }

  #tell(command: Extract<LinkCommand, { member: number }>): void {
    const member = this.#members.get(command.member)
    if (!member) return
    if (command.do === 'peers') member.setPeers(command)
    else if (command.do === 'input') member.input(command.input)
    else if (command.do === 'send') member.send(command)
    else if (command.do === 'leave') member.leave()
  }

  #wake(member: Member): void {
    this.#awake.add(member)
    // When all that is ready on the sockets in this turn of the event loop has been read.
    this.#turn ??= setImmediate(this.#takeTurn)
  }

  readonly #takeTurn = (): void => {
    this.#turn = undefined
    for (const member of [...this.#awake]) {
      this.#awake.delete(member)
      member.turn()
    }
  }

  readonly #look = (): void => {
    const isStuck = this.#stalls.isStalled(this.#nowMs)
    for (const [number, member] of this.#members) {
      if (member.isClosed) this.#members.delete(number)
      else {
        member.stall(isStuck)
        member.look()
        member.tellClock()
        member.tellRefused()
      }
    }
    this.#watch = this.#members.size > 0 ? setTimeout(this.#look, driverLimits.watchMs) : undefined
  }
}
