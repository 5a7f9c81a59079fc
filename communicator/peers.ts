/** The remote endpoints: who is known, by which connection, and what became of it. */
import { Endpoint, EndpointState } from './endpoint.js'
import type { Introduction } from './handshake.js'
import { commLimits } from './limits.js'
import type { Link } from './link.js'

interface Peer {
  readonly endpoint: Endpoint
  /** Undefined once it has ended. */
  link: Link | undefined
}

export class Peers {
  /** By name; who was introduced last comes last. */
  readonly #peers = new Map<string, Peer>()
  readonly #changed: (endpoint: Endpoint) => void

  /** @param changed told of each that is READY, or is it no more */
  constructor(changed: (endpoint: Endpoint) => void) {
    this.#changed = changed
  }

  find(name: string): Endpoint | undefined {
    return this.#peers.get(name)?.endpoint
  }

  /** The connection by which messages go to it; undefined where there is none at the moment. */
  linkTo(name: string): Link | undefined {
    const link = this.#peers.get(name)?.link
    return link?.isReady ? link : undefined
  }

  isKnown(name: string): boolean {
    return this.#peers.has(name)
  }

  get ready(): Endpoint[] {
    const all = [...this.#peers.values()].map(({ endpoint }) => endpoint)
    return all.filter(({ state }) => state === EndpointState.READY)
  }

  /**
   * A link is that of this peer from now on; one that it had before ends. Gives why it cannot be: there are
   * too many that are connected.
   */
  introduced(link: Link, { name, properties }: Introduction): string | undefined {
    const known = this.#peers.get(name)
    if (!known && !this.#hasRoom()) return `${commLimits.endpoints} endpoints are connected already`
    const endpoint = new Endpoint(name, properties, link.facts)
    link.endpoint = endpoint
    this.#peers.delete(name)
    this.#peers.set(name, { endpoint, link })
    known?.link?.end()
    return undefined
  }

  settled({ endpoint }: Link): void {
    if (!endpoint) return
    endpoint.state = EndpointState.READY
    this.#changed(endpoint)
  }

  ended(link: Link): void {
    const { endpoint } = link
    if (!endpoint) return
    const peer = this.#peers.get(endpoint.name)
    if (peer?.link === link) peer.link = undefined
    const wasReady = endpoint.state === EndpointState.READY
    endpoint.state = EndpointState.DISCONNECTED
    if (wasReady) this.#changed(endpoint)
  }

  /** Its connection ends, and it is known no more. */
  remove(name: string): void {
    const peer = this.#peers.get(name)
    this.#peers.delete(name)
    peer?.link?.end()
  }

  #hasRoom(): boolean {
    if (this.#peers.size < commLimits.endpoints) return true
    for (const [name, { link }] of this.#peers) {
      if (link) continue
      this.#peers.delete(name)
      return true
    }
    return false
  }
}
