/**
 * Dials the directory of one peer: looks its name up afresh each time, introduces this actor where that is
 * needed to know the key and the port, makes the sockets, and connects. What is ended, or closed, meanwhile
 * is left alone.
 */
import { randomBytes } from 'node:crypto'
import { lookup } from 'node:dns/promises'
import { isIPv4 } from 'node:net'
import { connect, type DealerSocket, messageOf, newLinkId, type Sockets } from '../ports/index.js'
import { heardRecord, type IntroductionOptions, introduce, notLetIn } from './introduction.js'
import { discoveryLimits } from './limits.js'
import type { ActorRecord } from './types.js'

export interface DiallerOptions {
  readonly sockets: Sockets
  readonly host: string
  readonly port: number
  /** The key that whoever answers has to hold. Where the sockets have a lock, this or the next is needed. */
  readonly peerKey?: string | undefined
  /** The address is where it takes introductions: what it says of itself there leads to its directory. */
  readonly introduction?: Pick<IntroductionOptions, 'sockets' | 'certificate'> | undefined
  /** The record of the own actor as it is now, so that the peer can dial back. */
  readonly self?: (() => ActorRecord | undefined) | undefined
}

export interface DiallerEvents {
  /** Whether what it says of itself, where it was introduced to, is believed. */
  introduced(record: ActorRecord): boolean
  /** It does not want to be introduced. */
  refused(code: string, why: string): void
  say(what: string, text: string): void
}

/** Where a directory is. */
export interface DirectoryPlace {
  /** An IPv4 address. */
  readonly host: string
  readonly port: number
  /** CURVE public key (Z85) that whoever answers has to hold; undefined where nothing is encrypted. */
  readonly peerKey: string | undefined
}

export class DirectoryDialler {
  readonly #options: DiallerOptions
  readonly #events: DiallerEvents

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

  /** Finds out where it is, which may be at once; until the result is called. */
  find(found: (place: DirectoryPlace) => void): () => void {
    const { host } = this.#options
    let end: (() => void) | undefined = () => undefined
    const reached = (address: string): void => {
      if (!end) return
      const ended = this.#introduce(address, found)
      if (ended) end = ended
    }
    // A name is looked up here, not by ZeroMQ, whose only thread would wait for the answer.
    if (isIPv4(host)) reached(host)
    else {
      lookup(host, { family: 4 }).then(
        ({ address }) => reached(address),
        (cause: unknown) =>
          this.#events.say('unresolved', `the name of the directory ${this.address}: ${messageOf(cause)}`),
      )
    }
    return () => {
      end?.()
      end = undefined
    }
  }

  /** None where the system has no more to give: then the next try may find some. */
  socket(peerKey: string | undefined): DealerSocket | undefined {
    const frameBytes = discoveryLimits.directoryFrameBytes
    try {
      return this.#options.sockets.dealer({ routingId: newLinkId(this.#ownId), frameBytes, peerKey })
    } catch (cause) {
      this.#events.say('socket', `the directory ${this.address} cannot be dialled: ${messageOf(cause)}`)
      return undefined
    }
  }

  /** Connects, and connects again, for ever. */
  connect(socket: DealerSocket, { host, port }: DirectoryPlace, attemptMs: number): void {
    socket.connectTimeout = attemptMs
    try {
      connect(socket, `tcp://${host}:${port}`)
    } catch (cause) {
      this.#events.say('bad-address', `the directory ${this.address} cannot be dialled: ${messageOf(cause)}`)
    }
  }

  get #ownId(): string {
    return this.#options.self?.()?.id ?? randomBytes(8).toString('hex')
  }

  #introduce(host: string, found: (place: DirectoryPlace) => void): (() => void) | undefined {
    const { port, peerKey, introduction } = this.#options
    if (!introduction) {
      found({ host, port, peerKey })
      return undefined
    }
    return introduce({
      ...{ ...introduction, host, port, actorId: this.#ownId },
      answered: (answer) => {
        const record = heardRecord(answer)
        if (typeof record === 'string') {
          this.#events.say('garbage', `what ${this.address} says of itself is no record: ${record}`)
        } else if (this.#events.introduced(record)) {
          found({ host, port: record.port, peerKey: record.key })
        }
      },
      refused: (code) => this.#events.refused(code, notLetIn(this.address, code)),
    })
  }
}
