/** What happens to the groups of an actor, for those who watch it. */
import type { AnyGroup } from '../groups/group.js'
import type { GroupHooks } from '../groups/group-hooks.js'
import type { MemberInfo } from '../groups/member-info.js'
import type { Happenings, LeaderHappening } from './happenings.js'

export function groupWatcher(happenings: Happenings): GroupHooks {
  /** What was told last of who leads, by the group: when one exits, the ballot may be that of the next. */
  const told = new Map<string, LeaderHappening>()
  return {
    onLeaderElected: (group, leader) => {
      const happening = leaderOf(group, leader)
      told.set(group.name, happening)
      happenings.tell({ is: 'leader', ...happening })
    },
    onLeaderExited: (group, leader) => {
      const last = told.get(group.name)
      const { epoch, term } = last?.member === leader.id ? last : group
      happenings.tell({ is: 'leader-lost', ...leaderOf(group, leader), epoch, term })
    },
    onQuorumLost: ({ name }) => happenings.tell({ is: 'quorum-lost', group: name }),
    onVoteResult: ({ name: group }, { id: poll, topic, kind, outcome }) =>
      happenings.tell({ is: 'poll', group, poll, topic, kind, outcome }),
  }
}

function leaderOf({ name, epoch, term }: AnyGroup, { id, actor, component }: MemberInfo): LeaderHappening {
  return { group: name, member: id, actor, component, epoch, term }
}
