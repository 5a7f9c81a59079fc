/** Histories as JSON lines, as others write them, and the program that checks them. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect } from 'chai'
import { checkHistory } from './check.js'
import { HistoryError, readHistory } from './history.js'

const program = join(import.meta.dirname, 'check-history.ts')

/** Two members set a value, and one reads what each set. */
const RIGHT = [
  { t: 1, p: 'A', e: 'invoke', id: 1, f: 'set', key: 'x', value: '1' },
  { t: 2, p: 'B', e: 'invoke', id: 1, f: 'set', key: 'x', value: '2' },
  { t: 5, p: 'B', e: 'ok', id: 1 },
  { t: 6, p: 'A', e: 'ok', id: 1 },
  { t: 7, p: 'C', e: 'saw', f: 'get', key: 'x', value: '2' },
  { t: 8, p: 'C', e: 'saw', f: 'get', key: 'x', value: '1' },
]
const WRONG = [...RIGHT, { t: 9, p: 'A', e: 'saw', f: 'get', key: 'x', value: '2' }]

describe('a history as JSON lines', function () {
  this.timeout(60_000)

  it('is read in any order of its lines', () => {
    const history = readHistory(text(RIGHT.toReversed()))
    expect(history.map(({ process, invokedAt, endedAt }) => [process, invokedAt, endedAt])).to.deep.equal([
      ...[['A', 1, 6] as const, ['B', 2, 5] as const],
      ...[['C', 7, 7] as const, ['C', 8, 8] as const],
    ])
    expect(checkHistory(history).misfits).to.deep.equal([])
    expect(checkHistory(readHistory(text(WRONG))).misfits).to.have.length(1)
  })

  it('leaves out what did not take place, and leaves open what nobody knows of', () => {
    const asked = { t: 1, p: 'A', e: 'invoke', id: 1, f: 'send', message: 'm' }
    expect(readHistory(text([asked, { t: 2, p: 'A', e: 'fail', id: 1 }]))).to.deep.equal([])
    for (const rest of [[], [{ t: 2, p: 'A', e: 'info', id: 1 }]]) {
      expect(readHistory(text([asked, ...rest]))[0]).to.include({ endedAt: Number.POSITIVE_INFINITY })
    }
  })

  it('of several formations that it does not tell apart is unknown, where it does not fit', () => {
    const ended = (epoch: number) => {
      const poll = { f: 'poll', poll: `p${epoch}`, decidedBy: 'majority' }
      const told = { f: 'outcome', poll: `p${epoch}`, outcome: 'timeout', pollId: `a/${epoch}.1/1` }
      return [
        { t: epoch, p: 'A', e: 'invoke', id: `p${epoch}`, ...poll },
        { t: epoch + 1, p: 'A', e: 'saw', ...told },
      ]
    }
    const became = (lines: readonly object[]) =>
      checkHistory(readHistory(text(lines))).misfits.map(({ is }) => is)
    expect(became([...WRONG, ...ended(10)])).to.deep.equal(['wrong'])
    expect(became([...WRONG, ...ended(10), ...ended(20)])).to.deep.equal(['unknown'])
    expect(became([...RIGHT, ...ended(10), ...ended(20)])).to.deep.equal([])
  })

  it('is refused where it says nothing, with the line', () => {
    const refused: readonly (readonly [string, RegExp])[] = [
      ['{"t":1', /^line 1: it is no JSON/],
      [`${text(RIGHT)}\n\n{"t":1,"p":"A","e":"saw","f":"got"}`, /^line 8: /],
      ['{"t":1,"p":"A","e":"ok","id":7}', /invocation 7 of A ends and was not invoked/],
      [text([...RIGHT, { t: 9, p: 'A', e: 'fail', id: 1 }]), /invocation 1 of A ends twice/],
      [text([...RIGHT, { ...RIGHT[0], t: 3 }]), /invocation 1 of A is invoked twice/],
    ]
    for (const [lines, why] of refused) expect(() => readHistory(lines)).to.throw(HistoryError, why)
  })

  it('is checked by a program, which tells what does not fit', () => {
    const run = (lines: string) =>
      spawnSync(process.execPath, ['--import', 'tsx', program, '-'], { input: lines, encoding: 'utf8' })
    expect(run(text(RIGHT))).to.deep.include({ status: 0, stderr: '' })
    const wrong = run(text(WRONG))
    expect(wrong.status).to.equal(1)
    expect(wrong.stdout.split('\n')).to.deep.equal([
      ...['shared values: x does not fit', '  it did until: 9.0 A reads x as 2'],
      ...['  the longest order that fits (4):', '    2.0 (2–5) B sets x to 2'],
      '    1.0 (1–6) A sets x to 1',
      ...['    7.0 C reads x as 2', '    8.0 C reads x as 1', '  then: null → 2 → 1'],
      ...['  and none of these can be next:', '    9.0 A reads x as 2'],
      ...['-: 5 operations in 1 parts, 4 configurations: 1 do not fit', ''],
    ])
    expect(run('nothing')).to.deep.include({ status: 2, stdout: '' })
  })
})

function text(lines: readonly object[]): string {
  return lines.map((line) => JSON.stringify(line)).join('\n')
}
