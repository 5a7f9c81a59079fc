/**
 * Which change of the members a leader makes next: one at a time, and never two in one. A newcomer that has
 * caught up is added while there is room; where there is none, one that is dead, or has long been silent, is
 * left out first, if a quorum of the rest is there to decide it.
 */
import { isSameBallot } from './ballot.js'
import type { Facts } from './facts.js'
import type { Leadership } from './leadership.js'
import { groupLimits } from './limits.js'
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

/**
 * The next observers; undefined where all is well. All who follow and have caught up, and are no members, at
 * once: they count for no quorum. Those who are gone, or have long been silent, are left out.
 */
export function nextObservers(view: MembershipView): readonly string[] | undefined {
  const { log, facts, lead, timing, nowMs } = view
  const stays = (id: string): boolean =>
    !facts.isDead(id) && !log.members.includes(id) && lead.silentMs(id, nowMs) <= 2 * timing.electionMax
  const staying = log.observers.filter(stays)
  const most = groupLimits.participants - log.members.length
  const coming = caughtUp(view).filter((id) => !log.members.includes(id) && !log.observers.includes(id))
  const next = [...staying, ...coming].slice(0, most)
  return coming.length > 0 || next.length < log.observers.length ? next : undefined
}

/** One that elects, and is no member yet. */
function newcomerOf(view: MembershipView): string | undefined {
  const { log, lead } = view
  return caughtUp(view).find((id) => lead.followers.get(id)?.isElectable && !log.members.includes(id))
}

/** Those that follow, have caught up, and are there. */
function caughtUp({ log, facts, lead, timing, nowMs }: MembershipView): readonly string[] {
  return [...lead.followers].flatMap(([id, { answeredAtMs, match }]) => {
    const isThere = nowMs - answeredAtMs < 4 * timing.heartbeat && !facts.isDead(id)
    return isThere && match >= log.commit.index ? [id] : []
  })
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
