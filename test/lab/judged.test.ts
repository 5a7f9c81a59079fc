/** That the history of a trial is judged, and kept where it does not fit. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { checkHistory } from '../linearizability/check.js'
import { readHistory } from '../linearizability/history.js'
import { judge } from './judged.js'

/** Two members, each with its own lines: one sets a value, both read it. */
const RIGHT = [
  { t: 10.5, p: 'host 1 a', e: 'invoke', id: 1, f: 'set', key: 't1.x', value: 't1.a.1' },
  { t: 30.5, p: 'host 1 a', e: 'ok', id: 1 },
  { t: 40, p: 'host 1 a', e: 'saw', f: 'get', key: 't1.x', value: 't1.a.1' },
  { t: 41, p: 'host 1 a', e: 'invoke', id: 2, f: 'send', message: 't1.a.2' },
  { t: 9, p: 'host 2 b', e: 'saw', f: 'get', key: 't1.x', value: null },
  { t: 20, p: 'host 2 b', e: 'saw', f: 'get', key: 't1.x', value: 't1.a.1' },
]
/** It goes back to what was there before. */
const WRONG = [...RIGHT, { t: 42, p: 'host 2 b', e: 'saw', f: 'get', key: 't1.x', value: null }]
const ended = (epoch: number): readonly object[] => [
  {
    t: epoch,
    p: 'host 2 b',
    e: 'invoke',
    id: epoch,
    f: 'poll',
    poll: `t1.b.${epoch}`,
    decidedBy: 'majority',
  },
  ...['host 1 a'].map((p) => {
    const told = { f: 'outcome', poll: `t1.b.${epoch}`, outcome: 'timeout', pollId: `a/${epoch}.1/1` }
    return { t: epoch + 1, p, e: 'saw', ...told }
  }),
]

describe('the judgement of a history of the lab', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'quorate-judged-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const judged = (lines: readonly object[]) =>
    judge(lines.map((line) => `${JSON.stringify(line)}\n`).join(''), 'the leader is cut off 7', folder)

  it('counts, and finds nothing where it fits', () => {
    const counts = { operations: 5, open: 1, misfits: 0, unknown: 0 }
    expect(judged(RIGHT)).to.deep.equal({ judged: counts, problems: [] })
    expect(readdirSync(folder)).to.deep.equal([])
  })

  it('names the part that does not fit, and keeps the history in the order of time', () => {
    const { judged: counts, problems } = judged(WRONG)
    expect(counts).to.include({ misfits: 1, unknown: 0 })
    const path = join(folder, 'the-leader-is-cut-off-7.jsonl')
    expect(problems).to.deep.equal([
      'the history does not fit: shared values: t1.x',
      `look at the history: node --import tsx test/linearizability/check-history.ts --most 2000000 ${path}`,
    ])
    const text = readFileSync(path, 'utf8')
    const times = text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line).t)
    expect(times).to.deep.equal(times.toSorted((a, b) => a - b))
    expect(checkHistory(readHistory(text)).misfits).to.have.length(1)
  })

  it('of which it cannot be found out is a problem, too', () => {
    const { judged: counts, problems } = judged([...WRONG, ...ended(100), ...ended(200)])
    expect(counts).to.include({ misfits: 0, unknown: 1 })
    expect(problems).to.have.length(2)
  })
})
