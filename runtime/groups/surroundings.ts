/** What a membership is made of, and what it needs of the actor around it. */
import type { ClockAd } from '../../discovery/index.js'
import type { Ballot, LinkCommand } from '../../groups/index.js'
import type { Component } from '../component.js'
import type { Notices } from '../notices.js'
import type { ComponentTurns } from '../turns.js'
import type { GroupPlace, HeldSeat } from './group-place.js'
import type { GroupWatcher } from './group-turns.js'
import type { NamedGroupType } from './group-type.js'
import type { MemberInfo } from './member-info.js'
import type { Membership } from './membership.js'

/** What a membership needs of its actor. */
export interface MembershipSurroundings {
  readonly place: GroupPlace
  /** Hears of what happens to all groups. */
  readonly watcher: GroupWatcher
  command(command: LinkCommand): void
  infoOf(membership: Membership, id: string): MemberInfo
  /**
   * Clock of the group less that of this host, as its leader tells who is on this host, too, in this ballot.
   */
  clockOf(leader: string, ballot: Ballot): ClockAd | undefined
  /** What is listed of it is another. */
  listed(membership: Membership): void
  /** It is a member no more: it left for good. */
  gone(membership: Membership): void
  /**
   * It was put out of its group, its sockets were lost, or its component does not keep up.
   * @param isGone it grants nothing any more
   */
  lost(membership: Membership, why: string, isGone: boolean): void
  warn(membership: Membership, what: string, text: string, peer?: string): void
}

export interface MembershipOptions {
  readonly type: NamedGroupType
  readonly instance: string
  /** It takes part in elections as soon as it may. */
  readonly wantsSeat: boolean
  /** App, type and instance, as it is known on the wire. */
  readonly key: string
  readonly component: {
    readonly name: string
    readonly component: Component<object>
    readonly turns: ComponentTurns
  }
  readonly surroundings: MembershipSurroundings
}

/** One member after another that it is to the others. */
export interface Incarnation {
  /** Of the link. */
  readonly member: number
  readonly id: string
  /** By which it is electable; undefined for one that observes. */
  readonly seat: HeldSeat | undefined
  /** Where it is bound; undefined until it is. */
  readonly ports: { readonly gpub: number; readonly gans: number } | undefined
}

/** Says it, now and then, under the name of the component and its group. */
export function warnedOf(notices: Notices): MembershipSurroundings['warn'] {
  return ({ name, options }, what, text, peer) => {
    const component = options.component.name
    const fields = { component, group: name, ...(peer ? { peer } : {}) }
    notices.say(`group ${component} ${name} ${what} ${peer ?? ''}`, fields, text)
  }
}
