/** How an actor of a deployment is. */
import { roleOf } from '../agent/group-view.js'
import type { SupervisedActor } from '../agent/supervised-actor.js'
import type { ActorLook } from './records.js'

/** Its groups are asked of itself: of one that does not answer there are none. */
export async function lookAt(actor: SupervisedActor): Promise<ActorLook> {
  const told = await actor.groups()
  const { id, spec, state } = actor.record
  const groups = typeof told === 'string' ? [] : told
  return {
    ...{ id, actor: spec.actor, state: state.phase, why: state.why },
    ...{ bundle: spec.bundle ?? '', seats: spec.seats ?? '' },
    groups: groups.map((status) => ({
      ...{ name: status.name, role: roleOf(status), hasLeader: status.leader !== '' },
      ...{ size: status.members.length, quorum: status.quorum },
    })),
  }
}
