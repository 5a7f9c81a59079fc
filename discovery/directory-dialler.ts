/**
 * Dials the directory of one peer: looks its name up afresh each time, introduces itself where only an
 * address is known, and makes the sockets, each with the key that whoever answers has to hold. A socket that
 * is closed meanwhile is left alone.
 */
import { randomBytes } from 'node:crypto'
import { lookup } from 'node:dns/promises'
import { isIPv4 } from 'node:net'
import { connect, type DealerSocket, messageOf, newLinkId, type Sockets } from '../ports/index.js'
import { heardRecord, type IntroductionOptions, introduce } from './introduction.js'
import { discoveryLimits } from './limits.js'
import type { ActorRecord } from './types.js'

export interface DiallerOptions {
  readonly sockets: Sockets
  readonly host: string
  readonly port: number
  /** The key that whoever answers has to hold. */
  readonly peerKey?: string | undefined
  /** The address is where it takes introductions: what it says of itself there leads to its directory. */
  readonly introduction?: Pick<IntroductionOptions, 'sockets' | 'certificate'> | undefined
  readonly self?: (() => ActorRecord | undefined) | undefined
}

export interface DiallerEvents {
  /** It says of itself who it is; whether that is believed. */
  introduced(record: ActorRecord): boolean
  /** It does not let this one in. */
  refused(code: string, why: string): void
  notice(what: string, text: string): void
}

/** Where a directory is, and by which key. */
export interface Way {
  /** IPv4 address. */
  readonly host: string
  readonly port: number
  readonly peerKey: string | undefined
}

export class DirectoryDialler {
  readonly #options: DiallerOptions
  readonly #events: DiallerEvents
  #search: symbol | undefined
  #endIntroduction: () => void = () => undefined

  constructor(options: DiallerOptions, events: DiallerEvents) {
    this.#options = options
    this.#events = events
  }

  /** `host:port`. */
  get address(): string {
    return `${this.#options.host}:${this.#options.port}`
  }

  /** On this host: there is no cable between. */
  get isNear(): boolean {
    const { host, self } = this.#options
    return host.startsWith('127.') || host === self?.()?.host
  }

  /** Looks for the way; at once where nothing has to be asked. A search before this one ends. */
  find(found: (way: Way) => void): void {
    this.end()
    const search = Symbol()
    this.#search = search
    const { host } = this.#options
    const resolved = (address: string): void => {
      if (this.#search === search) this.#resolved(address, found)
    }
    // A name is looked up here, not by ZeroMQ, whose only thread would wait for the answer.
    if (isIPv4(host)) resolved(host)
    else {
      lookup(host, { family: 4 }).then(
        ({ address }) => resolved(address),
        (cause: unknown) =>
          this.#events.notice('unresolved', `the name of the directory ${this.address}: ${messageOf(cause)}`),
      )
    }
  }

  /** Looks no more. */
  end(): void {
    this.#search = undefined
    this.#endIntroduction()
  }

  /** None where the system has no more to give: then the next try may find some. */
  socket({ peerKey }: Way): DealerSocket | undefined {
    const frameBytes = discoveryLimits.directoryFrameBytes
    try {
      return this.#options.sockets.dealer({ routingId: newLinkId(this.#ownId), frameBytes, peerKey })
    } catch (cause) {
      this.#cannotDial('socket', cause)
      return undefined
    }
  }

  /** Connects, and connects again, for ever. */
  connect(socket: DealerSocket, { host, port }: Way, attemptMs: number): void {
    socket.connectTimeout = attemptMs
    try {
      connect(socket, `tcp://${host}:${port}`)
    } catch (cause) {
      this.#cannotDial('bad-address', cause)
    }
  }

  #resolved(host: string, found: (way: Way) => void): void {
    const { port, peerKey, introduction } = this.#options
    if (!introduction) {
      found({ host, port, peerKey })
      return
    }
    this.#endIntroduction = introduce({
      ...{ ...introduction, host, port, actorId: this.#ownId },
      answered: (answer) => this.#introduced(host, answer, found),
      refused: (code) => this.#events.refused(code, this.#notLetIn(code)),
    })
  }

  #introduced(host: string, answer: Buffer, found: (way: Way) => void): void {
    const record = heardRecord(answer)
    if (typeof record === 'string') {
      const text = `what ${this.address} says of itself is no record: ${record}`
      this.#events.notice('garbage', text)
    } else if (this.#events.introduced(record)) found({ host, port: record.port, peerKey: record.key })
  }

  #notLetIn(code: string): string {
    const why = `${this.address} does not let the key in that was shown there: ${code}`
    return `${why}; do both have keys of one app key? See quorate keys list`
  }

  get #ownId(): string {
    return this.#options.self?.()?.id ?? randomBytes(8).toString('hex')
  }

  #cannotDial(what: string, cause: unknown): void {
    this.#events.notice(what, `the directory ${this.address} cannot be dialled: ${messageOf(cause)}`)
  }
}
