/**
 * Which change of the members a leader makes next: one at a time, and never two in one. A newcomer that has
 * caught up is added while there is room; where there is none, one that is dead, or has long been silent, is
 * left out first, if a quorum of the rest is there to decide it.
 */
import { isSameBallot } from './ballot.js'
import type { Facts } from './facts.js'
import type { Leadership } from './leadership.js'
import type { Log } from './log.js'
import type { GroupTiming } from './timing.js'

export interface MembershipView {
  readonly id: string
  readonly quorum: number
  readonly timing: GroupTiming
  readonly log: Log
  readonly facts: Facts
  readonly lead: Leadership
  readonly nowMs: number
}

/** The next members; undefined where all is well, or nothing may be changed now. The lease is valid. */
export function nextMembers(view: MembershipView): readonly string[] | undefined {
  const { quorum, log, lead } = view
  const isSettled = log.membersIndex <= log.commit.index && isSameBallot(log.commit.ballot, lead.ballot)
  if (!isSettled) return undefined
  const newcomer = newcomerOf(view)
  if (newcomer === undefined) return undefined
  const { members } = log
  if (members.length < 2 * quorum - 1) return [...members, newcomer]
  return withoutOne(view)
}

/** One that follows, has caught up, and is there. */
function newcomerOf({ log, facts, lead, timing, nowMs }: MembershipView): string | undefined {
  for (const [id, follower] of lead.followers) {
    if (!follower.isElectable || log.members.includes(id) || facts.isDead(id)) continue
    const isThere = nowMs - follower.answeredAtMs < 4 * timing.heartbeat
    if (isThere && follower.match >= log.commit.index) return id
  }
  return undefined
}

function withoutOne(view: MembershipView): readonly string[] | undefined {
  const { quorum, timing, log, facts, lead, nowMs, id } = view
  const silent = (member: string): number =>
    facts.isDead(member) ? Number.POSITIVE_INFINITY : lead.silentMs(member, nowMs)
  const others = log.members.filter((member) => member !== id)
  const [longest] = others.sort((a, b) => silent(b) - silent(a))
  if (longest === undefined || silent(longest) <= 2 * timing.electionMax) return undefined
  const rest = log.members.filter((member) => member !== longest)
  const isEnough = rest.length >= quorum && lead.present(rest, nowMs).length >= quorum
  return isEnough ? rest : undefined
}
