/** What happens to the groups of an actor, for those who watch it. */
import type { AnyGroup } from '../groups/group.js'
import type { GroupHooks } from '../groups/group-hooks.js'
import type { MemberInfo } from '../groups/member-info.js'
import type { Happenings, LeaderHappening } from './happenings.js'

export function groupWatcher(happenings: Happenings): GroupHooks {
  return {
    onLeaderElected: (group, leader) => happenings.tell({ is: 'leader', ...leaderOf(group, leader) }),
    onLeaderExited: (group, leader) => happenings.tell({ is: 'leader-lost', ...leaderOf(group, leader) }),
    onQuorumLost: ({ name }) => happenings.tell({ is: 'quorum-lost', group: name }),
    onVoteResult: ({ name: group }, { id: poll, topic, kind, outcome }) =>
      happenings.tell({ is: 'poll', group, poll, topic, kind, outcome }),
  }
}

function leaderOf({ name, epoch, term }: AnyGroup, { id, actor, component }: MemberInfo): LeaderHappening {
  return { group: name, member: id, actor, component, epoch, term }
}
