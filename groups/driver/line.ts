/**
 * One connection of a member to a socket of another. It is up from when the other end has answered, as long
 * as that is heard: where it is silent it is asked, and where it stays so, a fresh socket is dialled in place
 * of this one. What TCP takes for a connection may carry nothing: after a cut it tries ever more seldom.
 *
 *     dialled ── answered ──▶ up ── nothing heard for quietMs, nor for answerMs after that ──▶ dialled
 *        └── not answered within driverLimits.linkDialMs, and then in ever longer times ──▶ dialled
 *
 * Time is counted in looks, so only time in which this thread ran itself counts: where the own process stood
 * still, the other end is not to blame, and what it said meanwhile is read first.
 */
import {
  type AnySocket,
  connect,
  type DealerSocket,
  readAll,
  type Sockets,
  type SubscriberSocket,
} from '../../ports/index.js'
import { driverLimits } from './limits.js'

export interface LineOptions<S extends SubscriberSocket | DealerSocket> {
  readonly sockets: Pick<Sockets, 'close'>
  readonly endpoint: string
  /** How long the other end may say nothing before it is asked, and then until it answers. */
  readonly quietMs: number
  readonly answerMs: number
  /** A socket that is not connected, for each dialling another. */
  make(): S
  /** Asks the other end for an answer. To be asked again where none comes. */
  ask(): void
  /** Takes the parts of a message; returns how many turns' worth of frames they are. */
  arrived(parts: Buffer[]): number
  /** The connection has broken, or was given up, just now. */
  lost(): void
}

export class Line<S extends SubscriberSocket | DealerSocket> {
  readonly #options: LineOptions<S>
  /** What comes next takes its time: TCP alone tells whether it still comes. */
  #isPatient = false
  #socket: S
  /** The other end has answered. */
  #isUp = false
  /** ZeroMQ is connected. */
  #isConnected = false
  /** Since something was heard, or, until it is answered, since it was dialled; as looks count it. */
  #silentMs = 0
  /** How long the other end has to answer one that is dialled. */
  #patienceMs: number
  #isClosed = false

  constructor(options: LineOptions<S>) {
    this.#options = options
    this.#patienceMs = this.#firstPatienceMs
    this.#socket = options.make()
  }

  /** @throws Error where the address is none. */
  open(): void {
    this.#dial(this.#socket)
  }

  get isUp(): boolean {
    return this.#isUp
  }

  /** The other end has answered. @returns whether it is up only now. */
  answered(): boolean {
    const isNew = !this.#isUp
    this.#isUp = true
    this.#silentMs = 0
    this.#patienceMs = this.#firstPatienceMs
    return isNew
  }

  /** The other end knows nothing of this one any more. @returns whether it was up. */
  forgotten(): boolean {
    if (!this.#isUp) return false
    this.#isUp = false
    this.#options.ask()
    return true
  }

  /** Nothing else may come until what comes next is here. */
  bePatient(): void {
    this.#isPatient = true
  }

  /**
   * To be called every `driverLimits.watchMs`. @param leastQuietMs in a crowd the other end may say nothing
   * for longer.
   */
  look(leastQuietMs = 0): void {
    const { answerMs } = this.#options
    const quietMs = Math.max(this.#options.quietMs, leastQuietMs)
    if (this.#isPatient || this.#isClosed) return
    this.#silentMs += driverLimits.watchMs
    if (this.#silentMs >= (this.#isUp ? quietMs + answerMs : this.#patienceMs)) this.#renew()
    else if (this.#isUp ? this.#silentMs >= quietMs : this.#isConnected) this.#options.ask()
  }

  close(lingerMs: number): void {
    this.#isClosed = true
    this.#options.sockets.close(this.#socket, lingerMs)
  }

  get #firstPatienceMs(): number {
    return Math.max(driverLimits.linkDialMs, this.#options.answerMs)
  }

  /** Who does not answer is dialled ever more seldom: it may have much to do, as all have at a start. */
  #renew(): void {
    const wasUp = this.#isUp
    const mostMs = Math.max(driverLimits.linkDialMaxMs, 2 * this.#options.answerMs)
    if (!wasUp) this.#patienceMs = Math.min(2 * this.#patienceMs, mostMs)
    this.#options.sockets.close(this.#socket)
    this.#down()
    try {
      this.#socket = this.#options.make()
      this.#dial(this.#socket)
    } catch {
      // The system has none just now: when its time is over, it is tried again.
    }
    if (wasUp) this.#options.lost()
  }

  #down(): void {
    this.#isUp = false
    this.#isConnected = false
    this.#isPatient = false
    this.#silentMs = 0
  }

  #dial(socket: S): void {
    const isThis = (): boolean => !this.#isClosed && socket === this.#socket
    socket.events.on('handshake', () => {
      if (!isThis()) return
      this.#isConnected = true
      // Who gets through has all of its time from now on.
      this.#silentMs = 0
      this.#options.ask()
    })
    socket.events.on('disconnect', () => {
      if (!isThis()) return
      this.#down()
      this.#options.lost()
    })
    // Else it would wait for TCP to try again.
    socket.connectTimeout = this.#patienceMs / 2
    connect(socket, this.#options.endpoint)
    void readAll(socket satisfies AnySocket, [], (parts) => {
      if (!isThis()) return 1
      // Before that, what is heard is no answer.
      if (this.#isUp) this.#silentMs = 0
      this.#isPatient = false
      return this.#options.arrived(parts)
    })
  }
}
