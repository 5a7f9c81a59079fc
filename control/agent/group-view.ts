/** What an agent tells of the place of an actor in a group. */
import type { GroupStatus } from '../../runtime/index.js'
import { type JsonObject, objectOf } from '../fastapi/json.js'

export function groupView(status: GroupStatus): JsonObject {
  const { name, component, id, epoch, term, members, observers } = status
  const leader = [...members, ...observers].find((each) => each.id === status.leader)
  return objectOf({
    ...{ name, component, id, role: roleOf(status) },
    // Of one that is not a member any more only the id is known.
    leader:
      status.leader === '' ? null : objectOf({ actor: '', component: '', ...leader, id: status.leader }),
    ...{ epoch, term, quorum: status.quorum || null, seat: status.seat || null },
    ...{ size: members.length, observers: observers.length },
  })
}

/** `joining` is one that its group has not taken in yet. */
export function roleOf({
  id,
  leader,
  members,
  observers,
}: GroupStatus): 'leader' | 'member' | 'observer' | 'joining' {
  if (id === leader) return 'leader'
  if (members.some((member) => member.id === id)) return 'member'
  return observers.some((observer) => observer.id === id) ? 'observer' : 'joining'
}
