/** What a component joins groups by. */
import type { Group } from './group.js'
import type { GroupType } from './group-type.js'

/** Options of `joinGroup()`. */
export interface JoinGroupOptions {
  /** Hears, sends and votes in polls, but neither elects nor is elected. */
  readonly observe?: boolean
}

/** The actor, as its components join groups there. */
export interface JoinsGroups {
  /** @param component the name of the one that joins. */
  join<In, Out>(
    component: string,
    type: GroupType<In, Out>,
    instance: string,
    options: JoinGroupOptions | undefined,
  ): Promise<Group<In, Out>>
}
