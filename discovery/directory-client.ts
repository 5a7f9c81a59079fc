/**
 * The connection to the directory of one peer: learns what the peer has, and whether it lives. A dead process
 * shows at once (the connection breaks), a hung one or a cut cable by silence. It dials for ever, until
 * closed: whoever comes to live at the address is welcomed, and may be another actor than before.
 */
import { type DealerSocket, messageOf, readAll, WIRE_VERSION } from '../ports/index.js'
import { disbelief } from './belief.js'
import type { CutWatch } from './cut-watch.js'
import { type DiallerOptions, DirectoryDialler, type DirectoryPlace } from './directory-dialler.js'
import {
  type DirectoryRole,
  type FromDirectory,
  frameOf,
  type Listing,
  listingIn,
  readFromDirectory,
  type ToDirectory,
  type WelcomeMessage,
} from './directory-frames.js'
import { DiscoveryError } from './errors.js'
import { discoveryLimits } from './limits.js'
import { OncePerSource } from './once.js'
import { type Revocations, RevokedAsker } from './revoked-list.js'
import { SilenceWatch } from './silence.js'
import { StatusRequests } from './status-requests.js'
import { watchForCuts } from './trials.js'
import type { ActorRecord, DiscoveryOptions } from './types.js'

/** With this code a directory is refused here, and not the client there: its actor is not believed. */
export const UNVERIFIED = 'unverified'

export interface DirectoryClientEvents {
  /**
   * The directory answered: who it is of, and what is there. Comes again after each `lost`, perhaps of
   * another actor, and after each greet().
   */
  welcome(record: ActorRecord, listing: Listing): void
  /** The listing changed. */
  ports(listing: Listing): void
  /** It was introduced, and dials the directory now. */
  introduced?(): void
  /** The actor that was welcomed is gone, or cannot be reached. */
  lost(why: string): void
  /**
   * The way to it was cut for about `silentMs`, not long enough for it to be lost, and is whole again: what
   * was sent meanwhile may wait until TCP tries again.
   */
  healed?(silentMs: number): void
  /**
   * The directory does not want this client. It goes on asking, seldom. With the code `needs-keys`, what it
   * says of itself.
   */
  refused(code: string, why: string, self?: ActorRecord): void
  notice(what: string, text: string): void
}

export interface DirectoryClientOptions extends DiscoveryOptions, DiallerOptions {
  readonly role: DirectoryRole
  readonly events: DirectoryClientEvents
  /** The list of who is revoked is taken from it where it is newer. */
  readonly revocations?: Revocations | undefined
  /** Wire versions spoken here, newest first. */
  readonly wire?: readonly number[] | undefined
  readonly peerTimeoutMs?: number | undefined
  /** Whoever asks for the status wants to know where the actor is commanded, too. */
  readonly wantsDoor?: boolean | undefined
}

export class DirectoryClient {
  readonly #options: DirectoryClientOptions
  readonly #dialler: DirectoryDialler
  readonly #notices: OncePerSource
  readonly #requests: StatusRequests
  #silence: SilenceWatch
  readonly #cuts: CutWatch | undefined
  readonly #asker: RevokedAsker | undefined
  #socket: DealerSocket | undefined
  #state: 'new' | 'dialling' | 'welcomed' | 'refused' | 'closed' = 'new'
  #refusal = ''
  /** The last welcome, and what it was in bytes: the same bytes are not read again. */
  #welcome: { readonly frame: Buffer; readonly message: FromDirectory; readonly listing: Listing } | undefined
  #look: NodeJS.Timeout | undefined
  /** Whether the socket has a connection, whoever is at its other end. */
  #isConnected = false
  #endSearch: () => void = () => undefined
  /** Where it was dialled last, and the key that whoever answers has to hold. */
  #place: DirectoryPlace | undefined
  /** The actor that holds it: it may say that its key is another from now on. */
  #whose: string | undefined
  /** Since it was last welcome. */
  #dials = 0
  #triedAt = 0
  #redialAt = 0
  #redialMs: number = discoveryLimits.redialMs

  constructor(options: DirectoryClientOptions) {
    this.#options = options
    this.#requests = new StatusRequests(options.wantsDoor === true)
    this.#silence = new SilenceWatch(options.peerTimeoutMs ?? discoveryLimits.peerTimeoutMs)
    this.#notices = new OncePerSource((what, text) => options.events.notice(what, text))
    this.#dialler = new DirectoryDialler(options, {
      introduced: (record) => this.#introduced(record),
      refused: (code, why) => this.#refused(code, why),
      say: (what, text) => this.#say(what, text),
    })
    if (options.events.healed) this.#cuts = this.#watchForCuts()
    const { revocations } = options
    this.#asker = revocations && new RevokedAsker(revocations, () => this.#send({ t: 'revoked' }))
  }

  /** Whether the directory is connected and has answered. */
  get isWelcome(): boolean {
    return this.#state === 'welcomed'
  }

  /** Begins to dial. */
  open(): void {
    if (this.#state !== 'new') return
    this.#state = 'dialling'
    this.#look = setInterval(() => this.#check(), this.#silence.lookMs)
    this.#look.unref()
    this.#tryAgain()
  }

  /**
   * Something tells that the directory is there: tries at once where it would have waited long. A try that
   * has just begun goes on, for two that dial each other would otherwise have each other begin over and over.
   */
  redial(): void {
    if (this.#state !== 'dialling' && this.#state !== 'refused') return
    this.#redialMs = discoveryLimits.redialMs
    this.#redialAt = Math.min(this.#redialAt, this.#triedAt + this.#redialMs)
    if (performance.now() - this.#triedAt >= this.#redialMs) this.#tryAgain()
  }

  /** Says hello again, because the own record changed; a `welcome` follows. */
  greet(): void {
    if (this.#state === 'welcomed') this.#sayHello()
  }

  /** The status of the actor, whatever that is. @throws DiscoveryError `no-answer`, `stopped`. */
  status(timeoutMs: number = discoveryLimits.statusTimeoutMs): Promise<unknown> {
    if (this.#state === 'closed') return Promise.reject(this.#closedError())
    const answer = this.#requests.wait(timeoutMs, () => this.#noAnswer(`in ${timeoutMs} ms`))
    if (this.#state === 'welcomed') this.#send(this.#requests.question)
    return answer
  }

  /** Says goodbye and ends; no event comes afterwards. Harmless twice. */
  close(): void {
    if (this.#state === 'closed') return
    if (this.#state === 'welcomed') this.#send({ t: 'bye' })
    this.#state = 'closed'
    clearInterval(this.#look)
    this.#hangUp(discoveryLimits.byeLingerMs)
    this.#requests.rejectAll(() => this.#closedError())
  }

  /** A connection that stands is kept: who is slow to answer would only get more to do by another. */
  #tryAgain(): void {
    if (this.#state === 'closed') return
    this.#triedAt = performance.now()
    this.#redialAt = this.#triedAt + this.#redialMs
    this.#redialMs = Math.min(this.#redialMs * 2, discoveryLimits.redialMaxMs)
    if (this.#isConnected) this.#sayHello()
    else this.#dial()
  }

  /** A fresh socket, and the name looked up afresh. */
  #dial(): void {
    this.#hangUp(0)
    this.#endSearch = this.#dialler.find((place) => this.#dialAt(place))
  }

  #introduced(record: ActorRecord): boolean {
    const isBelieved = this.#believes(record)
    if (isBelieved) this.#options.events.introduced?.()
    return isBelieved
  }

  #dialAt(place: DirectoryPlace): void {
    const socket = this.#dialler.socket(place.peerKey)
    if (!socket) return
    this.#socket = socket
    this.#place = place
    this.#whose = undefined
    this.#listen(socket)
    const { connectMs, connectMaxMs } = discoveryLimits
    // Who is far away is given more time, after two dials.
    const attemptMs = Math.min(connectMs * 2 ** Math.max(this.#dials - 1, 0), connectMaxMs)
    this.#dialler.connect(socket, place, attemptMs)
    this.#dials++
  }

  #listen(socket: DealerSocket): void {
    socket.events.on('handshake', () => {
      if (socket !== this.#socket) return
      this.#isConnected = true
      this.#sayHello()
    })
    socket.events.on('disconnect', () => {
      if (socket !== this.#socket) return
      this.#isConnected = false
      this.#broke('the connection broke')
    })
    readAll(socket, [], (parts) => this.#accept(socket, parts)).catch((cause: unknown) => {
      this.#say(
        'socket',
        `the connection to the directory ${this.#dialler.address} failed: ${messageOf(cause)}`,
      )
    })
  }

  #watchForCuts(): CutWatch {
    const { events, sockets } = this.#options
    return watchForCuts({
      sockets,
      dialler: this.#dialler,
      place: () => this.#place,
      listen: (socket) => this.#listen(socket),
      healed: (silentMs, by) => {
        if (by) this.#goOnWith(by)
        events.healed?.(silentMs)
      },
    })
  }

  /** It has got through, and will say hello as any; the one so far waits for TCP to try again. */
  #goOnWith(socket: DealerSocket): void {
    const { sockets } = this.#options
    if (this.#socket) sockets.close(this.#socket)
    this.#socket = socket
  }

  #hangUp(lingerMs: number): void {
    const socket = this.#socket
    this.#cuts?.end()
    this.#socket = undefined
    this.#endSearch()
    this.#isConnected = false
    if (socket) this.#options.sockets.close(socket, lingerMs)
  }

  #sayHello(): void {
    const { role, self, wire = [WIRE_VERSION] } = this.#options
    const record = self?.()
    this.#send({ t: 'hello', wire, role, key: record?.key ?? '', self: record })
  }

  #send(message: ToDirectory): void {
    const socket = this.#socket
    if (!socket || socket.closed) return
    socket.send(frameOf(message)).catch((cause: unknown) => {
      // Without a connection nothing can be sent; the hello comes with the next one.
      if (this.#state === 'welcomed')
        this.#say('unsent', `cannot send to ${this.#dialler.address}: ${messageOf(cause)}`)
    })
  }

  #accept(socket: DealerSocket, parts: Buffer[]): number {
    if (socket !== this.#socket) return 1
    const [frame] = parts
    const message = frame && parts.length === 1 ? this.#read(frame) : `${parts.length} frames, not 1`
    if (typeof message === 'string') {
      this.#say('garbage', `a frame from the directory ${this.#dialler.address} was refused: ${message}`)
      return 1
    }
    const now = performance.now()
    this.#silence.heard(now)
    this.#cuts?.heard(now)
    try {
      this.#dispatch(message)
    } catch (thrown) {
      this.#say(
        'internal',
        `an event of the directory ${this.#dialler.address} was not handled: ${messageOf(thrown)}`,
      )
    }
    return 1
  }

  #read(frame: Buffer): FromDirectory | string {
    if (this.#welcome?.frame.equals(frame)) return this.#welcome.message
    const message = readFromDirectory(frame)
    if (typeof message === 'object' && message.t === 'welcome') {
      this.#welcome = { frame, message, listing: listingIn(message) }
    }
    return message
  }

  #dispatch(message: FromDirectory): void {
    const { events } = this.#options
    if (message.t === 'welcome') this.#welcomed(message)
    else if (message.t === 'refused') this.#refused(message.code, message.why, message.self)
    else if (this.#state !== 'welcomed') return
    else if (message.t === 'ports') events.ports(listingIn(message))
    else if (message.t === 'bye') this.#broke('it said goodbye')
    else if (message.t === 'status') this.#requests.resolveAll(message.status)
    else if (message.t === 'revoked') this.#asker?.arrived(message.list, this.#dialler.address)
  }

  #welcomed(welcome: WelcomeMessage): void {
    const { self, beatMs } = welcome
    const record = Object.freeze(self.host === '' ? { ...self, host: this.#options.host } : self)
    if (!this.#believes(record)) return
    // A directory that beats slowly is given as many beats.
    const timeoutMs = Math.max(this.#options.peerTimeoutMs ?? discoveryLimits.peerTimeoutMs, 3 * beatMs)
    if (timeoutMs !== this.#silence.timeoutMs) this.#silence = new SilenceWatch(timeoutMs)
    const now = performance.now()
    this.#silence.heard(now)
    this.#cuts?.begin(beatMs, now)
    this.#state = 'welcomed'
    this.#refusal = ''
    this.#dials = 0
    this.#redialMs = discoveryLimits.redialMs
    this.#options.events.welcome(record, this.#welcome?.listing ?? listingIn(welcome))
    if (this.#requests.size > 0) this.#send(this.#requests.question)
    this.#asker?.offered(welcome.revoked, now)
  }

  #believes(record: ActorRecord): boolean {
    const { verify } = this.#options
    const peerKey = this.#place?.peerKey
    const isDialled = record.key === peerKey || record.id === this.#whose
    const isOther = this.#socket && peerKey !== undefined && !isDialled
    const why = isOther ? 'its key is another than the one that was dialled' : disbelief(verify, record)
    if (why === undefined) {
      this.#whose = record.id
      return true
    }
    const who = `${record.actor} of app ${record.app} (id ${record.id})`
    this.#refused(
      UNVERIFIED,
      `the directory ${this.#dialler.address} is of ${who}, which is not believed: ${why}`,
    )
    return false
  }

  #refused(code: string, why: string, self?: ActorRecord): void {
    if (this.#state === 'welcomed') this.#broke('it refuses this client')
    this.#state = 'refused'
    if (this.#refusal === code) return
    this.#refusal = code
    this.#options.events.refused(code, why, self)
  }

  /** ZeroMQ connects again by itself; the next handshake says hello. */
  #broke(why: string): void {
    const wasWelcome = this.#state === 'welcomed'
    if (this.#state === 'closed') return
    this.#state = 'dialling'
    this.#cuts?.end()
    if (!wasWelcome) return
    this.#redialAt = performance.now() + this.#redialMs
    this.#requests.rejectAll(() => this.#noAnswer(`: ${why}`))
    this.#options.events.lost(why)
  }

  #check(): void {
    // All sockets of a process may be closed at once, when it ends.
    if (this.#socket?.closed) this.close()
    const now = performance.now()
    // Looked at in every state, so that it knows whether the looks come late.
    const isSilent = this.#silence.isSilent(now)
    if (this.#state === 'welcomed') {
      this.#asker?.look(now)
      if (!isSilent) return
      this.#broke(`nothing was heard for ${this.#silence.timeoutMs} ms`)
      // A connection that was cut without a sign would take a quarter of a minute to show it.
      this.#hangUp(0)
      this.#tryAgain()
    } else if (this.#silence.isLate) {
      // Its answer may still wait to be read.
      this.#redialAt = Math.max(this.#redialAt, now + this.#silence.lookMs)
    } else if (now >= this.#redialAt && this.#state !== 'closed') {
      if (this.#state === 'dialling') {
        this.#say('no-answer', `the directory ${this.#dialler.address} does not answer; dialling on`)
      }
      this.#tryAgain()
    }
  }

  #say(what: string, text: string): void {
    if (this.#state !== 'closed') this.#notices.say(what, this.#dialler.address, text)
  }

  #noAnswer(how: string): DiscoveryError {
    return new DiscoveryError(
      'no-answer',
      `the directory ${this.#dialler.address} gave no status ${how}; is it still there?`,
    )
  }

  #closedError(): DiscoveryError {
    return new DiscoveryError(
      'stopped',
      `the connection to the directory ${this.#dialler.address} was closed`,
    )
  }
}
