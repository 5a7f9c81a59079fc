/** Reads Prometheus' text format, and takes nothing that is not quite it. */

export interface Family {
  readonly type: string
  readonly help: string
  /** By name and labels, as `queue_depth{worker="a"}`. */
  readonly samples: ReadonlyMap<string, number>
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*'
const LABEL = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\["\\\\n])*"'
const SAMPLE = new RegExp(`^(${NAME})(\\{(?:${LABEL}(?:,${LABEL})*)?\\})? (\\S+)$`)
const COMMENT = new RegExp(`^# (HELP|TYPE) (${NAME}) (.+)$`)
const TYPES = ['counter', 'gauge', 'histogram', 'summary', 'untyped']
const PARTS = /_(?:bucket|sum|count)$/

interface Reading {
  readonly help: string
  type: string
  readonly samples: Map<string, number>
}

/** By name. @throws Error that names the line where something is wrong. */
export function readExposition(text: string): ReadonlyMap<string, Family> {
  if (!text.endsWith('\n')) throw new Error('it does not end with a line feed')
  const families = new Map<string, Reading>()
  for (const line of text.split('\n')) {
    const [, kind, named = '', rest = ''] = COMMENT.exec(line) ?? []
    if (kind === 'HELP') {
      if (families.has(named)) throw new Error(`twice: ${line}`)
      families.set(named, { help: rest, type: '', samples: new Map() })
    } else if (kind === 'TYPE') {
      const family = families.get(named)
      if (family?.type !== '' || !TYPES.includes(rest)) throw new Error(`out of place: ${line}`)
      family.type = rest
    } else if (line !== '') readSample(families, line)
  }
  for (const [name, family] of families) if (family.type === 'histogram') requireBuckets(name, family)
  return families
}

function readSample(families: ReadonlyMap<string, Reading>, line: string): void {
  const [, name = '', labels = '', text = ''] = SAMPLE.exec(line) ?? []
  const family = families.get(name) ?? families.get(name.replace(PARTS, ''))
  const value = text === '+Inf' ? Number.POSITIVE_INFINITY : text === 'Nan' ? Number.NaN : Number(text)
  if (!family?.type || text === '' || (Number.isNaN(value) && text !== 'Nan'))
    throw new Error(`no sample: ${line}`)
  if (family.type === 'counter' && !name.endsWith('_total'))
    throw new Error(`a counter without _total: ${line}`)
  const key = name + labels
  if (family.samples.has(key)) throw new Error(`twice: ${line}`)
  family.samples.set(key, value)
}

/** Each holds those before it, and the last is the count. */
function requireBuckets(name: string, { samples }: Family): void {
  const buckets = [...samples].filter(([key]) => key.startsWith(`${name}_bucket{`) && !/,/.test(key))
  const counts = buckets.map(([, count]) => count)
  const isGrowing = counts.every((count, at) => at === 0 || count >= (counts[at - 1] ?? 0))
  const isWhole = counts.length === 0 || counts.at(-1) === samples.get(`${name}_count`)
  if (!isGrowing || !isWhole) throw new Error(`the buckets of ${name} do not fit`)
}

/** What a server that listens on this host exposes. */
export async function scraped(port: number, token?: string): Promise<ReadonlyMap<string, Family>> {
  const headers = { ...(token !== undefined && { authorization: `Bearer ${token}` }) }
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`, { headers })
  const text = await answer.text()
  const type = answer.headers.get('content-type') ?? ''
  if (answer.status !== 200 || !type.startsWith('text/plain; version=0.0.4')) {
    throw new Error(`${answer.status} ${type}: ${text}`)
  }
  return readExposition(text)
}
