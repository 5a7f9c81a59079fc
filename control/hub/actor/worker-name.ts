/**
 * What an actor is called at a hub: the same at each start, and no other actor's. Of several of one name on
 * a host each holds a number while it lives: the kernel frees that at its death, so whoever is started in
 * its place has it again.
 */
import { hostname } from 'node:os'
import { HostError, takeSeat } from '../../../groups/index.js'
import { HubError } from '../errors.js'
import { hubLimits } from '../limits.js'

/** An actor of this host. */
export interface NamedActor {
  readonly app: string
  readonly actor: string
  /** 16 hex characters, new at each start. */
  readonly id: string
  /** What tells it from others of its name; '' for nothing. */
  readonly instance: string
}

/** A name that this process has until it gives it back. */
export interface WorkerName {
  readonly name: string
  giveBack(): void
}

/**
 * `plant.Pump@rig7`; with an instance `plant.Pump.2@rig7`. The second of such a name is `plant.Pump@rig7:2`.
 * @throws HubError `hub-full` where there are too many.
 */
export async function takeName({ app, actor, id, instance }: NamedActor): Promise<WorkerName> {
  const name = `${[app, actor, instance].filter(Boolean).join('.')}@${hostname()}`
  for (let number = 1; number <= hubLimits.actorsOfName; number++) {
    try {
      const seat = { app, group: `at a hub: ${name}`, seat: String(number) }
      const held = await takeSeat(seat, { incarnation: id })
      if (held) return { name: number === 1 ? name : `${name}:${number}`, giveBack: () => held.release() }
    } catch (error) {
      if (!(error instanceof HostError)) throw error
      // Where nobody holds numbers, it is at least no other actor's.
      return { name: `${name}:${id}`, giveBack: () => undefined }
    }
  }
  throw new HubError('hub-full', `this host has ${hubLimits.actorsOfName} actors ${name} at a hub already`)
}
