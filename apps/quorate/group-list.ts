/** How `quorate groups` shows what it saw: a block of text for each group, an object for programs. */
import type { GroupStatus } from '../../runtime/index.js'
import { duration, shortId } from './actor-list.js'
import { type GroupSeen, groupsOf, type Participant } from './group-views.js'
import type { Sighting } from './observatory.js'
import { cutTo, lineOfRow, widthsOf } from './table.js'
import { harmless, paint, type Screen } from './terminal.js'

const HEADINGS = ['role', 'actor', 'id', 'component', 'seat', 'host', 'pid', 'clock', 'up']
const PID_COLUMN = 6
const INDENT = '  '

/** Of each participant, by id, what people call it. */
type Names = ReadonlyMap<string, string>

/** The lines of all groups: a heading each, who takes part, and who sees it otherwise. */
export function groupLines(sightings: readonly Sighting[], screen: Screen): string[] {
  const groups = groupsOf(sightings).map((group) => ({ group, rows: group.participants.map(rowOf) }))
  const widths = widthsOf([HEADINGS, ...groups.flatMap(({ rows }) => rows)], screen.columns - INDENT.length)
  const lineOf = (row: readonly string[]): string =>
    cutTo(INDENT + lineOfRow(row, widths, [PID_COLUMN]), screen.columns)
  return groups.flatMap(({ group, rows }, index) => {
    const names = namesIn(group)
    const heads = headsOf(group, names).map((line) => cutTo(line, screen.columns))
    const told = differencesOf(group, names).map((line) => cutTo(INDENT + line, screen.columns))
    return [
      ...(index === 0 ? [] : ['']),
      ...heads.map((line) => paint(screen, 'bold', line)),
      // The headings once, above the first rows.
      ...(index === 0 ? [paint(screen, 'dim', lineOf(HEADINGS))] : []),
      ...rows.map(lineOf),
      ...told.map((line) => paint(screen, 'yellow', line)),
    ]
  })
}

/**
 * `Cell.north  averager  5 members, 1 observer  quorum 3  2 open polls`, and for a group that may have a
 * leader `leader Averager 3f2a1b9c  token 17.2  lease 412 ms` below.
 */
function headsOf({ app, name, best, leaseMs }: GroupSeen, names: Names): string[] {
  const { members, observers, openPolls, quorum, leader } = best
  const all = [counted(members.length, 'member')]
  if (observers.length > 0) all.push(counted(observers.length, 'observer'))
  const facts = [harmless(name), harmless(app), all.join(', ')]
  if (quorum === 0) return [facts.join('  ')]
  facts.push(`quorum ${quorum}`)
  if (openPolls > 0) facts.push(counted(openPolls, 'open poll'))
  const lease = leaseMs === undefined ? 'lease unknown' : `lease ${leaseMs} ms`
  return [facts.join('  '), INDENT + leaderIn(best, names) + (leader ? `  ${lease}` : '')]
}

/** `leader Averager 3f2a1b9c  token 17.2`; that there is none, too. */
function leaderIn({ leader, epoch, term }: GroupStatus, names: Names): string {
  return leader ? `leader ${nameOf(leader, names)}  token ${epoch}.${term}` : 'no leader'
}

function rowOf({ id, role, actor, component, view }: Participant): string[] {
  const start = [role, actor || '?', shortId(id), component]
  if (!view) return [...start, '', 'does not answer', '', '', ''].map(harmless)
  const { sighting, status } = view
  const { pid = 0, uptimeS = 0 } = sighting.status ?? {}
  const clock = status.clockErrorMs < 0 ? '' : `±${status.clockErrorMs.toFixed(2)} ms`
  return [...start, status.seat, sighting.host, String(pid), clock, duration(uptimeS)].map(harmless)
}

/** A line that says so, and one for each other view; none where all see the same. */
function differencesOf({ best, others, meanings }: GroupSeen, names: Names): string[] {
  if (others.length === 0) return []
  const lines = others.map((alike) => {
    const who = alike.map(({ status }) => nameOf(status.id, names)).join(', ')
    const [first] = alike
    const meaning = meanings.get(first?.status.id ?? '')
    if (meaning !== undefined) return `${who}: kept apart, for it means another group: ${harmless(meaning)}`
    return `${who}: ${first ? otherwise(first.status, best, names) : ''}`
  })
  return [`${others.length + 1} views of it differ; of the others say:`, ...lines]
}

/** What it sees otherwise than the best. */
function otherwise(status: GroupStatus, best: GroupStatus, names: Names): string {
  const [own, known] = [status, best].map(({ members, observers }) =>
    [...members, ...observers].map(({ id }) => id),
  )
  const listed = (ids: readonly string[]): string => ids.map((id) => nameOf(id, names)).join(', ')
  const missing = (known ?? []).filter((id) => !own?.includes(id))
  const surplus = (own ?? []).filter((id) => !known?.includes(id))
  const isSameLead = leaderIn(status, names) === leaderIn(best, names)
  const facts = [
    ...(isSameLead ? [] : [leaderIn(status, names)]),
    ...(missing.length > 0 ? [`without ${listed(missing)}`] : []),
    ...(surplus.length > 0 ? [`with ${listed(surplus)}`] : []),
  ]
  return facts.join('; ') || 'who is a member, who an observer'
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}

function nameOf(id: string, names: Names): string {
  return harmless(`${names.get(id) || '?'} ${shortId(id)}`)
}

function namesIn({ participants, others }: GroupSeen): Names {
  const heard = others.flat().flatMap(({ status }) => [...status.members, ...status.observers])
  return new Map([...heard, ...participants].map(({ id, actor }) => [id, actor]))
}

/** One sample for programs. */
export function groupSampleOf(sightings: readonly Sighting[], t: number): object {
  return { v: 1, t, groups: groupsOf(sightings).map(sampleOfGroup) }
}

function sampleOfGroup({ app, name, best, leaseMs, participants, others, meanings }: GroupSeen): object {
  const { quorum, epoch, term, openPolls } = best
  return {
    ...{
      app,
      name,
      quorum: quorum || null,
      leader: best.leader || null,
      epoch,
      term,
      leaseMs: leaseMs ?? null,
      openPolls,
    },
    participants: participants.map(({ id, actor, component, role, view }) => {
      const answers = view !== undefined
      if (!view) return { id, actor, component, role, answers }
      const { sighting, status } = view
      const { seat, connected, clockErrorMs, stats, gpub, gans } = status
      const clock = clockErrorMs < 0 ? null : clockErrorMs
      const process = { host: sighting.host, pid: sighting.status?.pid ?? null }
      return {
        id,
        actor,
        component,
        role,
        answers,
        ...process,
        seat: seat || null,
        gpub: gpub || null,
        gans: gans || null,
        connected,
        clockErrorMs: clock,
        stats,
      }
    }),
    agree: others.length === 0,
    differing: others.flat().map(({ status }) => {
      const { id, leader, epoch, term, members, observers } = status
      const meaning = meanings.get(id) ?? null
      return { id, leader: leader || null, epoch, term, members, observers, meaning }
    }),
  }
}
