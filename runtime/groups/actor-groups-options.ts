/** What the groups of an actor are given of it. */
import type { Logger } from 'pino'
import type { ProcessAd } from '../../discovery/index.js'
import type { Component } from '../component.js'
import type { Notices } from '../notices.js'
import type { ComponentTurns } from '../turns.js'
import type { GroupPlace } from './group-place.js'
import type { GroupType } from './group-type.js'
import type { Membership } from './membership.js'
import type { MembershipSurroundings } from './surroundings.js'

/** A component, as its actor has it. */
export interface JoiningComponent {
  readonly name: string
  readonly component: Component<object>
  readonly turns: ComponentTurns
}

export interface ActorGroupsOptions {
  readonly app: { readonly name: string; readonly groups: Readonly<Record<string, GroupType>> }
  readonly actor: string
  readonly actorId: string
  /** Address that sockets bind. */
  readonly host: () => string
  /** Its CURVE public key; '' without keys. */
  readonly key: () => string
  /** Asked once, when the first group is joined. */
  readonly place: () => GroupPlace
  readonly components: () => readonly JoiningComponent[]
  readonly notices: Notices
  readonly log: Logger
  /** Throws where not all of these can be listed, with the one that joins. */
  requireRoom(joining: Membership, members: readonly Membership[]): void
  /** Who of this host tells others whether the process is gone; undefined where nobody does. */
  readonly witness: () => ProcessAd['witness']
  /** What is listed of the groups is another. */
  listed(): void
  /** Hears of what happens to all groups. */
  readonly watcher: MembershipSurroundings['watcher']
  /** The main thread stood still. */
  stalled(ms: number): void
}
