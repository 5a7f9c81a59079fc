/**
 * Dials the directory of one peer: makes the sockets, looks its name up afresh each time, and connects. A
 * socket that is closed meanwhile is left alone.
 */
import { randomBytes } from 'node:crypto'
import { lookup } from 'node:dns/promises'
import { isIPv4 } from 'node:net'
import { connect, type DealerSocket, messageOf, newLinkId, type Sockets } from '../ports/index.js'
import { discoveryLimits } from './limits.js'
import type { ActorRecord } from './types.js'

export interface DiallerOptions {
  readonly sockets: Sockets
  readonly host: string
  readonly port: number
  readonly self?: (() => ActorRecord | undefined) | undefined
}

export class DirectoryDialler {
  readonly #options: DiallerOptions
  readonly #say: (what: string, text: string) => void

  constructor(options: DiallerOptions, say: (what: string, text: string) => void) {
    this.#options = options
    this.#say = say
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

  /** None where the system has no more to give: then the next try may find some. */
  socket(): DealerSocket | undefined {
    const { sockets, self } = this.#options
    const actorId = self?.()?.id ?? randomBytes(8).toString('hex')
    const frameBytes = discoveryLimits.directoryFrameBytes
    try {
      return sockets.dealer({ routingId: newLinkId(actorId), frameBytes })
    } catch (cause) {
      this.#say('socket', `the directory ${this.address} cannot be dialled: ${messageOf(cause)}`)
      return undefined
    }
  }

  /** Connects, and connects again, for ever. */
  connect(socket: DealerSocket, attemptMs: number): void {
    const { host } = this.#options
    socket.connectTimeout = attemptMs
    // A name is looked up here, not by ZeroMQ, whose only thread would wait for the answer.
    if (isIPv4(host)) this.#connectTo(socket, host)
    else {
      lookup(host, { family: 4 }).then(
        ({ address }) => this.#connectTo(socket, address),
        (cause: unknown) =>
          this.#say('unresolved', `the name of the directory ${this.address}: ${messageOf(cause)}`),
      )
    }
  }

  #connectTo(socket: DealerSocket, host: string): void {
    if (socket.closed) return
    try {
      connect(socket, `tcp://${host}:${this.#options.port}`)
    } catch (cause) {
      this.#say('bad-address', `the directory ${this.address} cannot be dialled: ${messageOf(cause)}`)
    }
  }
}
