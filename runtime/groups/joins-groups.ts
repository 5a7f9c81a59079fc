/** What a component joins groups by. */
import { GroupError } from '../../groups/index.js'
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

/** Why one that was joining has not joined. */
export function notJoined(name: string): GroupError {
  const why = 'the component left it meanwhile, or its actor stops'
  return new GroupError('left', `${name} is not joined: ${why}`)
}
