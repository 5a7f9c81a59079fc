/** What happens to the groups of an actor, for those who watch it. */
import type { AnyGroup } from '../groups/group.js'
import type { GroupWatcher } from '../groups/group-turns.js'
import type { MemberInfo } from '../groups/member-info.js'
import type { ActionRequest, PollRequest } from '../groups/polls.js'
import type { Happenings, LeaderHappening, PollHappening } from './happenings.js'

export function groupWatcher(happenings: Happenings): GroupWatcher {
  /** What was told last of who leads, by the group: when one exits, the ballot may be that of the next. */
  const told = new Map<string, LeaderHappening>()
  const asked = (group: AnyGroup, poll: PollRequest | ActionRequest): void => {
    if (happenings.isWatched) happenings.tell({ is: 'poll-asked', ...pollOf(group, poll) })
  }
  return {
    onVoteRequest: asked,
    onActionVoteRequest: asked,
    onVoted: ({ id: member }, poll, vote) => happenings.tell({ is: 'voted', member, poll, vote }),
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

function pollOf(group: AnyGroup, request: PollRequest | ActionRequest): PollHappening {
  const { id: poll, topic, kind, endsAt, requestedBy } = request
  const { id, actor, component } = requestedBy
  const { clock } = group
  const inMs = (at: number): number | undefined => (clock.isKnown ? at - clock.now() : undefined)
  return {
    ...{ group: group.name, member: group.id, poll, topic, kind, requestedBy: { id, actor, component } },
    endsInMs: inMs(endsAt),
    actsInMs: 'at' in request ? inMs(request.at) : undefined,
  }
}

function leaderOf({ name, epoch, term }: AnyGroup, { id, actor, component }: MemberInfo): LeaderHappening {
  return { group: name, member: id, actor, component, epoch, term }
}
