/**
 * Announces one record: a Bonjour instance of its own on a channel of the shared socket. One record an
 * instance, because bonjour-service puts all records of an instance into one packet (which then breaks into
 * fragments, or is too large to be sent) and forgets the others when one is stopped; and because a newer
 * generation then simply takes the place of the whole instance, without a goodbye.
 */
import type { RemoteInfo } from 'node:dgram'
import Bonjour from 'bonjour-service'
import { discoveryLimits } from './limits.js'
import { MdnsChannel, type PacketFailed, type SendToGroup } from './mdns-channel.js'
import { MDNS_PORT } from './mdns-socket.js'
import type { ServiceForm } from './mdns-txt.js'

/**
 * A Bonjour instance on a channel instead of a socket. Only what it is asked for by others can fail, and is
 * told.
 */
export function bonjourOn(channel: MdnsChannel, failed: (error: unknown) => void): Bonjour {
  const options = { type: 'udp4', port: MDNS_PORT, socket: channel, bind: false }
  return new Bonjour(options, failed)
}

/** How a responder reaches the network; see MdnsChannel. */
export interface ResponderWays {
  readonly send: SendToGroup
  readonly jitterMs: () => number
  readonly failed: PacketFailed
  readonly isCrowd: () => boolean
}

export class Responder {
  readonly #channel: MdnsChannel
  readonly #bonjour: Bonjour
  readonly #service: Bonjour.Service

  /** Announces at once, and from then on answers. */
  constructor(form: ServiceForm, ways: ResponderWays) {
    this.#channel = new MdnsChannel(ways.send, ways.jitterMs, ways.failed, ways.isCrowd)
    // Failures to send are told by the socket.
    this.#bonjour = bonjourOn(this.#channel, () => undefined)
    this.#service = this.#bonjour.publish(form)
  }

  /** A query from the network. */
  deliver(message: Buffer, from: RemoteInfo): void {
    this.#channel.deliver(message, from)
  }

  /** Somebody has heard the announcement: in a crowd it is not repeated. */
  wasHeard(): void {
    this.#channel.wasHeard()
  }

  /** Says goodbye and ends; within `limits.goodbyeMs`, sent or not. */
  async goodbye(): Promise<void> {
    this.#channel.hush()
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      timer = setTimeout(resolve, discoveryLimits.goodbyeMs)
      this.#service.stop(() => resolve())
    })
    clearTimeout(timer)
    this.end()
  }

  /** Ends without a word. */
  end(): void {
    this.#bonjour.destroy()
  }
}
