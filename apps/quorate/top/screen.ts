/** The fleet as lines of text. Pure. */
import { duration } from '../actor-list.js'
import { cutTo, lineOfRow, widthsOf } from '../table.js'
import { harmless, paint, type Screen, type Style } from '../terminal.js'
import type { ActorRow, Fleet, WorkerRow } from './fleet.js'
import { sorted, sortings, type View } from './view.js'

const ID_COLUMNS = 12
const STYLES: Readonly<Record<string, Style>> = { failed: 'red', waiting: 'yellow', starting: 'yellow' }

interface Column<Row> {
  readonly heading: string
  readonly isNumber?: boolean
  of(row: Row): string
}

const actorColumns: readonly Column<ActorRow>[] = [
  { heading: 'actor', of: ({ actor }) => actor },
  { heading: 'id', of: ({ id }) => cutTo(id, ID_COLUMNS) },
  { heading: 'app', of: ({ app }) => app },
  { heading: 'state', of: ({ state }) => state },
  { heading: 'pid', isNumber: true, of: ({ pid }) => textOf(pid) },
  { heading: 'cpu %', isNumber: true, of: ({ cpuPercent }) => cpuPercent?.toFixed(1) ?? '' },
  { heading: 'memory', isNumber: true, of: ({ memoryBytes }) => bytesText(memoryBytes) },
  { heading: 'restarts', isNumber: true, of: ({ restarts }) => textOf(restarts) },
  { heading: 'up', isNumber: true, of: ({ uptimeS }) => (uptimeS === null ? '' : duration(uptimeS)) },
  { heading: 'agent', of: ({ agent }) => hostText(agent) },
  { heading: 'groups', of: ({ groups }) => groups.map(groupText).join(', ') },
]

const workerColumns: readonly Column<WorkerRow>[] = [
  { heading: 'worker', of: ({ worker }) => worker },
  { heading: 'hub', of: ({ hub }) => hostText(hub) },
  { heading: 'state', of: ({ isThere }) => (isThere ? 'there' : 'silent') },
  { heading: 'waiting', isNumber: true, of: ({ waiting }) => textOf(waiting) },
  { heading: 'done/s', isNumber: true, of: ({ rate }) => rate?.toFixed(1) ?? '' },
  { heading: 'heard of', isNumber: true, of: ({ heardS }) => `${duration(heardS)} ago` },
]

/** @param isLive whether somebody may press keys. */
export function fleetLines(fleet: Fleet, view: View, screen: Screen, isLive = false): string[] {
  const { actors, workers, away } = fleet
  const shown = sorted(actors, view).slice(isLive ? view.hidden : 0)
  const [heading = ''] = sortings[view.sortedBy] ?? []
  const mark = `${heading} ${view.isReversed ? '▲' : '▼'}`
  const columns = actorColumns
    .filter(({ heading }) => isWorthIt(heading, actors))
    .map((each) => (isLive && each.heading === heading ? { ...each, heading: mark } : each))
  const tables = [
    ...(actors.length > 0 ? [tableOf(columns, shown, screen, ({ state }) => STYLES[state])] : []),
    ...(workers.length > 0
      ? [tableOf(workerColumns, workers, screen, ({ isThere }) => (isThere ? undefined : 'yellow'))]
      : []),
    away.map(({ url, why }) => {
      return paint(screen, 'red', cutTo(harmless(`${url} does not tell: ${why}`), screen.columns))
    }),
  ]
  const filled = tables.filter((lines) => lines.length > 0)
  return filled.flatMap((lines, at) => (at === 0 ? lines : ['', ...lines]))
}

/** In a line, what there is. */
export function summaryOf({ actors, workers }: Fleet): string {
  const active = actors.filter(({ state }) => state === 'active').length
  const cpu = actors.reduce((sum, { cpuPercent }) => sum + (cpuPercent ?? 0), 0)
  const memory = actors.reduce((sum, { memoryBytes }) => sum + (memoryBytes ?? 0), 0)
  const waiting = workers.reduce((sum, each) => sum + each.waiting, 0)
  return [
    `${counted(actors.length, 'actor')}, ${active} active`,
    ...(actors.length > 0 ? [`cpu ${cpu.toFixed(1)} %`, `memory ${bytesText(memory)}`] : []),
    ...(workers.length > 0 ? [`${counted(workers.length, 'worker')}, ${waiting} waiting`] : []),
  ].join('  ')
}

/** With one agent its name says nothing; nor does an empty column. */
function isWorthIt(heading: string, actors: readonly ActorRow[]): boolean {
  if (heading === 'agent') return new Set(actors.map(({ agent }) => agent)).size > 1
  return heading !== 'groups' || actors.some(({ groups }) => groups.length > 0)
}

function tableOf<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  screen: Screen,
  styleOf: (row: Row) => Style | undefined,
): string[] {
  const texts = rows.map((row) => columns.map(({ of }) => harmless(of(row))))
  const headings = columns.map(({ heading }) => heading)
  const widths = widthsOf([headings, ...texts], screen.columns)
  const right = columns.flatMap(({ isNumber }, at) => (isNumber ? [at] : []))
  const lineOf = (cells: readonly string[]): string => cutTo(lineOfRow(cells, widths, right), screen.columns)
  return [
    paint(screen, 'dim', lineOf(headings)),
    ...rows.map((row, at) => {
      const [line, style] = [lineOf(texts[at] ?? []), styleOf(row)]
      return style ? paint(screen, style, line) : line
    }),
  ]
}

function groupText({ name, role, leader }: ActorRow['groups'][number]): string {
  if (role === 'leader') return `leads ${name}`
  return leader === null ? `${name} without a leader` : `${name} of ${leader || 'an unknown leader'}`
}

function hostText(url: string): string {
  return url.replace(/^https?:\/\//, '')
}

function textOf(value: number | null): string {
  return value === null ? '' : String(value)
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB']

function bytesText(bytes: number | null): string {
  if (bytes === null) return ''
  let [value, unit] = [bytes, 0]
  for (; value >= 1024 && unit < UNITS.length - 1; unit++) value /= 1024
  return `${value.toFixed(unit === 0 ? 0 : 1)} ${UNITS[unit]}`
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}
