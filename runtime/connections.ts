/**
 * Connects the ports of an actor with those of its peers, as their listings come, change and go. Ports of one
 * message name whose schemas do not fit stay apart, and both sides say which part differs.
 */
import type { ActorRecord, Listing, PortAd } from '../discovery/index.js'
import {
  AnsweringPort,
  AskingPort,
  incompatibility,
  type Peer,
  type PeerPort,
  type Port,
  Sub,
  type TypeSummary,
} from '../ports/index.js'
import { runtimeLimits } from './limits.js'
import { adOf } from './listing.js'
import { connectsTo, isAddress, isNetworked, type Matchable } from './matching.js'
import type { Notices } from './notices.js'

export interface ConnectionsOptions {
  readonly ports: readonly Port[]
  readonly actorId: string
  readonly hostId: string
  /** Called with the reason for each pair of ports that stays apart, whenever its listing comes. */
  mismatch(port: Port, peer: Peer, text: string): void
}

/** Says of each pair of ports that stays apart why, once a minute. */
export function mismatchTold(notices: Notices): ConnectionsOptions['mismatch'] {
  return (port, peer, text) => {
    const from = { port: port.path, peer: peer.actorId, peerPort: `${peer.component}.${peer.port}` }
    const key = `mismatch ${port.path} ${peer.actorId} ${peer.component}.${peer.port}`
    notices.say(key, from, `${port.path} is not connected to ${from.peerPort} of ${peer.actor}: ${text}`)
  }
}

type Connecting = Sub<never, unknown> | AskingPort<unknown, unknown>

function isConnecting(port: Port): port is Port & Pick<Connecting, 'update' | 'drop' | 'mend'> {
  return port instanceof Sub || port instanceof AskingPort
}

type KeyedPeer = Omit<PeerPort, 'endpoint'>

/** A port that takes part, and what it matches by. */
interface Networked {
  readonly port: Port
  readonly mine: Matchable
}

export class Connections {
  readonly #options: ConnectionsOptions
  readonly #ports: readonly Networked[]
  /** What each peer lists, by actor id. */
  readonly #listings = new Map<string, Listing>()
  readonly #verdicts = new Map<string, string | undefined>()

  constructor(options: ConnectionsOptions) {
    this.#options = options
    const { ports, actorId, hostId } = options
    this.#ports = ports.filter(isNetworked).map((port) => ({ port, mine: adOf(port, actorId, hostId) }))
  }

  /** Takes the listing of a peer, the first or a newer one: connects what is new, drops what is gone. */
  update(record: ActorRecord, listing: Listing): void {
    const before = this.#listings.get(record.id)
    // A welcome that was said again.
    if (before === listing) return
    this.#listings.set(record.id, listing)
    const still = new Set(listing.ports.map(keyOf))
    for (const ad of before?.ports ?? []) if (!still.has(keyOf(ad))) this.#drop(peerOf(record, ad))
    for (const theirs of listing.ports) {
      const peer = peerOf(record, theirs)
      for (const port of this.#ports) this.#match(port, peer, theirs, listing)
    }
  }

  /** The way to a peer was cut for about `cutMs`, and is whole again: connects anew what carries nothing. */
  mend(record: ActorRecord, cutMs: number): void {
    for (const ad of this.#listings.get(record.id)?.ports ?? []) {
      const peer = peerOf(record, ad)
      for (const { port } of this.#ports) if (isConnecting(port)) port.mend(peer, cutMs)
    }
  }

  /** Drops all connections to a peer that is gone. */
  remove(record: ActorRecord): void {
    const listing = this.#listings.get(record.id)
    this.#listings.delete(record.id)
    for (const ad of listing?.ports ?? []) this.#drop(peerOf(record, ad))
    for (const { port } of this.#ports) if (port instanceof AnsweringPort) port.forget(record.id)
  }

  #drop(peer: Peer): void {
    for (const { port } of this.#ports) if (isConnecting(port)) port.drop(peer)
  }

  #match({ port, mine }: Networked, peer: KeyedPeer, theirs: PortAd, listing: Listing): void {
    const connects = connectsTo(mine, theirs)
    if (!connects && !connectsTo(theirs, mine)) return
    const why = this.#difference(port, peer, theirs, listing)
    if (why) this.#options.mismatch(port, peer, why)
    else if (connects && isConnecting(port) && theirs.endpoint) {
      // Within the actor ports are reached otherwise.
      if (peer.actorId === this.#options.actorId || isAddress(theirs.endpoint)) {
        port.update({ ...peer, endpoint: theirs.endpoint })
      } else this.#options.mismatch(port, peer, 'what it lists is no address of a port')
    }
  }

  #difference(port: Port, { actorId }: Peer, theirs: PortAd, listing: Listing): string | undefined {
    for (const [index, type] of port.types.entries()) {
      const ref = theirs.types[index]
      if (!ref || ref.fingerprint === type.fingerprint) continue
      const ad = listing.types.find(
        ({ name, fingerprint }) => name === ref.name && fingerprint === ref.fingerprint,
      )
      const why = this.#compare(actorId, type, ad ?? ref)
      if (why) return `the schemas of ${type.name} differ: ${why}`
    }
    return undefined
  }

  /**
   * A hostile schema may cost a tenth of a second to compare: once for each peer is enough. Not once for all,
   * because a fingerprint that came over the network need not be that of the schema beside it.
   */
  #compare(peerId: string, mine: TypeSummary, theirs: TypeSummary): string | undefined {
    const key = `${peerId} ${mine.name} ${mine.fingerprint} ${theirs.fingerprint}`
    if (!this.#verdicts.has(key)) {
      if (this.#verdicts.size >= runtimeLimits.verdicts) this.#verdicts.clear()
      this.#verdicts.set(key, incompatibility(mine, theirs))
    }
    return this.#verdicts.get(key)
  }
}

function keyOf(ad: PortAd): string {
  return `${ad.component}.${ad.port}`
}

function peerOf({ actor, id, key }: ActorRecord, ad: PortAd): KeyedPeer {
  return Object.freeze({ actor, actorId: id, component: ad.component, port: ad.port, key })
}
