/**
 * The links of a port that asks, as they come and go: one that stands for each peer, whose turns go round.
 * Where a peer is at another address, or has another key, another link comes; when that is ready, it takes
 * the turn of the one that stands, which leaves when its answers are in:
 *
 *     coming ── ready ──▶ stands ── another is ready ──▶ leaving ── no answers are to come ──▶ closed
 */
import { limits } from './limits.js'
import { isSameWay, peerKey } from './link.js'
import type { Peer, PeerPort } from './port.js'
import type { QryLink } from './qry-link.js'

/** What the links need of their port. */
export interface AskedLinksUse {
  /** Makes a link; with the identity of `before`, where it goes on in its place. */
  make(target: PeerPort, before: QryLink | undefined): QryLink
  cannotConnect(target: PeerPort, error: unknown): void
  /** Whether something that was asked by this link has no answer yet. */
  isPending(link: QryLink): boolean
  /** Who was asked by these links answers no more: `lost` is the one of them that tells so. */
  lost(isMeant: (link: QryLink) => boolean, lost: QryLink, why: string): void
  /** For those who wait for the socket of a link to take what they send. */
  close(link: QryLink, why: string): void
  giveUp(link: QryLink, why: string): void
  /** Peers are ready that were not, or are no longer. */
  changed(): void
}

const MOVED = 'moved to another address'

export class AskedLinks {
  readonly #use: AskedLinksUse
  readonly #standing = new Map<string, QryLink>()
  /** Links to peers that are elsewhere now, until they are ready: what stands is asked till then. */
  readonly #coming = new Map<string, QryLink>()
  /** Links in whose place others came, which have answers to come yet. */
  readonly #leaving = new Map<QryLink, NodeJS.Timeout>()
  /** The links that are ready, in the order of their turns. */
  #ready: QryLink[] = []
  #turn = 0

  constructor(use: AskedLinksUse) {
    this.#use = use
  }

  /** Those of which peers can be asked, in the order of their turns. */
  get ready(): readonly QryLink[] {
    return this.#ready
  }

  /** The one whose turn it is; undefined where none is ready. */
  next(): QryLink | undefined {
    return this.#ready[this.#turn++ % Math.max(this.#ready.length, 1)]
  }

  /** The one by which a peer is asked; it need not be ready. */
  to(peer: Peer): QryLink | undefined {
    return this.#standing.get(peerKey(peer))
  }

  /** Connects to a peer, or follows it to where it is now. */
  update(target: PeerPort): void {
    const key = peerKey(target)
    const [now, coming] = [this.#standing.get(key), this.#coming.get(key)]
    if (isSameWay((coming ?? now)?.target, target)) return
    this.#comesNoMore(key)
    // Where it is heard yet, it is asked until the other way is ready.
    if (!now?.ready) this.#cut(key, MOVED)
    this.#connect(target, this.#standing.has(key))
  }

  /** The way to a peer was cut for about `cutMs`, and is whole again: what is stuck is connected anew. */
  mend(peer: Peer, cutMs: number): void {
    const key = peerKey(peer)
    const why = 'the way to it was cut'
    const coming = this.#coming.get(key)
    // It is not ready, so nothing was asked there.
    if (coming) {
      this.#use.giveUp(coming, why)
      this.#connect(coming.target, true, coming)
    }
    const link = this.#standing.get(key)
    if (!link?.isStuck(cutMs)) return
    this.#use.giveUp(link, why)
    this.lost(link, why)
    if (this.#standing.get(key) === link) this.#connect(link.target, false, link)
    // To the peer it is the same one: what was asked before that is answered there, too.
    for (const each of this.#leaving.keys()) {
      if (each.successor === link) each.successor = this.#standing.get(key)
    }
  }

  /** Disconnects from a peer that is gone. */
  drop(peer: Peer, why: string): void {
    this.#cut(peerKey(peer), why)
  }

  /** A link says that its peer answers. */
  becameReady(link: QryLink): void {
    if (this.#ready.includes(link) || this.#leaving.has(link)) return
    const key = peerKey(link.peer)
    if (this.#coming.get(key) === link) this.#takesOver(key, link)
    else {
      this.#ready.push(link)
      this.#use.changed()
    }
  }

  /** A link says that its peer answers no more. */
  lost(link: QryLink, why: string): void {
    const wasReady = this.#ready.includes(link)
    const key = peerKey(link.peer)
    // It was heard where it was for as long as that went.
    const coming = this.#standing.get(key) === link ? this.#coming.get(key) : undefined
    if (coming) {
      this.#coming.delete(key)
      this.#standing.set(key, coming)
      this.#use.close(link, why)
    }
    this.#ready = this.#ready.filter((other) => other !== link)
    // The peer answers there what it was asked here.
    if (link.successor?.ready) return
    this.#use.lost((each) => each.leadsTo(link) && !this.#leaving.has(each), link, why)
    if (wasReady) this.#use.changed()
  }

  /** Closes them all; they stay known for restart(). */
  stop(close: (link: QryLink) => void): void {
    for (const link of [...this.#standing.values(), ...this.#coming.values()]) close(link)
    for (const [link, timer] of this.#leaving) {
      clearTimeout(timer)
      close(link)
    }
    for (const [key, link] of this.#coming) this.#standing.set(key, link)
    this.#coming.clear()
    this.#leaving.clear()
    this.#ready = []
  }

  /** Connects anew to where the peers were last. */
  restart(): void {
    const targets = [...this.#standing.values()].map((link) => link.target)
    this.clear()
    for (const target of targets) this.update(target)
  }

  clear(): void {
    this.#standing.clear()
  }

  /** @param moves another link to the peer is asked until this one is ready */
  #connect(target: PeerPort, moves: boolean, before?: QryLink): void {
    const key = peerKey(target)
    try {
      const link = this.#use.make(target, before)
      const links = moves ? this.#coming : this.#standing
      links.set(key, link)
      link.open(moves)
    } catch (error) {
      this.#cut(key, 'it cannot be reached')
      this.#use.cannotConnect(target, error)
    }
  }

  /** From now on the peer is asked there. */
  #takesOver(key: string, link: QryLink): void {
    const former = this.#standing.get(key)
    this.#coming.delete(key)
    this.#standing.set(key, link)
    const at = former ? this.#ready.indexOf(former) : -1
    if (at < 0) this.#ready.push(link)
    else this.#ready[at] = link
    if (former) {
      former.successor = link
      this.#leaves(former, performance.now() + limits.leavingMs)
    }
    // Another peer than before, for who looks.
    this.#use.changed()
  }

  /** Its answers are taken while there are some to come, and a little longer those that nobody counts. */
  #leaves(link: QryLink, untilMs: number): void {
    const timer = setTimeout(() => {
      if (this.#use.isPending(link) && performance.now() < untilMs) this.#leaves(link, untilMs)
      else this.#end(link)
    }, limits.drainMs)
    this.#leaving.set(link, timer.unref())
  }

  #end(link: QryLink): void {
    clearTimeout(this.#leaving.get(link))
    this.#leaving.delete(link)
    this.#use.close(link, MOVED)
  }

  /** A link that was to come is not wanted any more. */
  #comesNoMore(key: string): void {
    const link = this.#coming.get(key)
    this.#coming.delete(key)
    if (link) this.#use.close(link, MOVED)
  }

  #cut(key: string, why: string): void {
    this.#comesNoMore(key)
    const link = this.#standing.get(key)
    if (!link) return
    this.#standing.delete(key)
    this.#use.close(link, why)
    for (const each of [...this.#leaving.keys()]) if (each.successor === link) this.#gone(each, why)
    this.#gone(link, why)
  }

  /** What it was asked is answered no more. */
  #gone(link: QryLink, why: string): void {
    if (this.#leaving.has(link)) this.#end(link)
    link.successor = undefined
    this.lost(link, why)
  }
}
