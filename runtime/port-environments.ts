/** What the ports of one actor live in: the same for all of them, but for the turns of their component. */
import type { PortEnvironment, Turns } from '../ports/index.js'

export interface PortEnvironmentsOptions
  extends Pick<PortEnvironment, 'actor' | 'actorId' | 'sockets' | 'notice'> {
  /** Address that global ports bind now. */
  host(): string
  changed(): void
}

/** Gives the environment of a component. */
export function portEnvironments(options: PortEnvironmentsOptions): (turns: Turns) => PortEnvironment {
  const { host, changed, ...all } = options
  const topics: PortEnvironment['topics'] = new Map()
  return (turns) => ({
    ...{ ...all, topics, turns, changed },
    get bindHost() {
      return host()
    },
  })
}
