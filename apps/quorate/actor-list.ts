/** How `quorate ps` shows what it saw: blocks of text for people, an object for programs. */
import type { ActorStatus } from '../../runtime/index.js'
import { doorsText } from './doors-text.js'
import type { Sighting } from './observatory.js'
import { cutTo, lineOfRow, widthsOf } from './table.js'
import { harmless, paint, type Screen } from './terminal.js'

type PortStatus = ActorStatus['ports'][number]

const HEADINGS = ['port', 'kind', 'message', 'scope', 'address', 'peers', 'so far', 'connected to']
const PEERS_COLUMN = 5
const INDENT = '  '
const SHORT_ID = 8

/** The lines of all actors: a heading each, where it takes commands, and its ports. */
export function actorLines(sightings: readonly Sighting[], screen: Screen): string[] {
  const names = namesOf(sightings)
  const shown = sightings.map((sighting) => ({ sighting, rows: rowsOf(sighting, names) }))
  const all = [HEADINGS, ...shown.flatMap(({ rows }) => rows)]
  const widths = widthsOf(all, screen.columns - INDENT.length)
  const lineOf = (row: readonly string[]): string =>
    cutTo(INDENT + lineOfRow(row, widths, [PEERS_COLUMN]), screen.columns)
  const headed = shown.findIndex(({ rows }) => rows.length > 0)
  return shown.flatMap(({ sighting, rows }, index) => {
    const head = cutTo(headOf(sighting), screen.columns)
    const lines = [paint(screen, sighting.status ? 'bold' : 'yellow', head)]
    const doors = doorsText(sighting.status?.doors)
    if (doors !== '') lines.push(cutTo(`${INDENT}commands at ${doors}`, screen.columns))
    // The headings once, above the first ports.
    if (index === headed) lines.push(paint(screen, 'dim', lineOf(HEADINGS)))
    lines.push(...rows.map(lineOf))
    return index === 0 ? lines : ['', ...lines]
  })
}

function headOf({ record, host, port, hasKeys, status, why }: Sighting): string {
  const address = harmless(`${host}:${port}`)
  const who = record ? [harmless(record.actor), shortId(record.id)] : []
  if (!status || !record)
    return [...who, harmless(record?.app ?? ''), address, harmless(why)].filter(Boolean).join('  ')
  const app = versionedApp(status)
  const since = `up ${duration(status.uptimeS)}`
  return [...who, app, address, `pid ${status.pid}`, since, ...(hasKeys ? [] : ['without keys'])].join('  ')
}

/** `averager 1.0.0`, as far as the app has a version. */
export function versionedApp({ app, version }: Pick<ActorStatus, 'app' | 'version'>): string {
  return harmless(version === '' ? app : `${app} ${version}`)
}

function rowsOf({ status, record }: Sighting, names: ReadonlyMap<string, string>): string[][] {
  return (status?.ports ?? []).map((port) => {
    const name = `${port.component}.${port.name}`
    const { kind, message, scope, connected, stats } = port
    // Nobody connects to a timer.
    if (kind === 'tim') return [name, kind, '', '', '', '', soFar(stats, 'ticks'), ''].map(harmless)
    const address = port.port > 0 ? `${port.host}:${port.port}` : ''
    const peers = peersOf(port, record?.id, names)
    return [name, kind, message, scope, address, String(connected), soFar(stats), peers].map(harmless)
  })
}

const COUNTERS = ['sent', 'received', 'dropped', 'missed', 'refused', 'late', 'undelivered']

/** The counters that have counted anything: `1204 sent, 3 dropped`. */
function soFar(stats: PortStatus['stats'], received = 'received'): string {
  const counted = COUNTERS.filter((name) => (stats[name] ?? 0) > 0)
  return counted.map((name) => `${stats[name]} ${name === 'received' ? received : name}`).join(', ')
}

/** Each peer once, by actor and short id, with the number of its ports where there are several. */
function peersOf(port: PortStatus, self: string | undefined, names: ReadonlyMap<string, string>): string {
  const counts = new Map<string, number>()
  for (const id of port.peers) counts.set(id, (counts.get(id) ?? 0) + 1)
  return [...counts]
    .map(([id, count]) => {
      const who = id === self ? 'itself' : `${names.get(id) ?? '?'} ${shortId(id)}`
      return count > 1 ? `${who} ×${count}` : who
    })
    .join(', ')
}

/** Actor names by id: of the actors themselves, and of those that they know. */
function namesOf(sightings: readonly Sighting[]): Map<string, string> {
  const names = new Map<string, string>()
  for (const { status } of sightings) for (const { id, actor } of status?.peers ?? []) names.set(id, actor)
  for (const { record } of sightings) if (record) names.set(record.id, record.actor)
  return names
}

/** The beginning of an actor's id, as people see it. */
export function shortId(id: string): string {
  return harmless(id.slice(0, SHORT_ID))
}

/** Seconds as people say them: `12 s`, `3 min 4 s`, `2 h 5 min`, `3 d 4 h`. */
export function duration(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds))
  const [min, h, d] = [Math.floor(s / 60), Math.floor(s / 3600), Math.floor(s / 86_400)]
  if (min === 0) return `${s} s`
  if (h === 0) return `${min} min ${s % 60} s`
  return d === 0 ? `${h} h ${min % 60} min` : `${d} d ${h % 24} h`
}

/** One sample for programs. */
export function sampleOf(sightings: readonly Sighting[], t: number): object {
  const names = namesOf(sightings)
  const peerOf = (id: string) => ({ actor: names.get(id) ?? null, id })
  return {
    v: 1,
    t,
    actors: sightings.map(({ record, host, port, hasKeys, status, helloMs, why }) => {
      const { id = null, app = null, actor = null } = record ?? {}
      if (!status) return { answers: false, app, actor, id, host, port, why }
      const ports = status.ports.map((each) => ({ ...each, peers: each.peers.map(peerOf) }))
      const { version, pid, uptimeS, peers, doors } = status
      const hello = Math.round((helloMs ?? 0) * 10) / 10
      return {
        answers: true,
        app,
        actor,
        id,
        host,
        port,
        version,
        pid,
        uptimeS,
        hasKeys,
        helloMs: hello,
        ports,
        peers,
        doors,
      }
    }),
  }
}
