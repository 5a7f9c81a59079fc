/** A story told step by step, where chance would tell it too seldom. */
import type { Tell } from '../world.js'
import type { Stage } from './stage.js'

export interface Script {
  readonly name: string
  /** @param tell hears what happens, a line each. @throws where something is not as it is told. */
  run(tell?: Tell): void
}

/** A group that has formed: all members, one leader, everything decided everywhere. */
export function formed(stage: Stage, ...names: readonly string[]): void {
  stage.start(...names)
  stage.until('all are members and know it', () =>
    names.every((name) => {
      const { log, leader } = stage.core(name)
      return (
        log.members.length === names.length && leader !== undefined && log.commit.index === log.last.index
      )
    }),
  )
}
