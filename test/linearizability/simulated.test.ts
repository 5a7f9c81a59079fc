/** Histories of simulated groups, under all faults, are linearizable; with a planted bug they are not. */
import { pathToFileURL } from 'node:url'
import { expect } from 'chai'
import { compiled } from '../sim/compile.js'
import { plantedBugs } from '../sim/planted.js'
import { checkHistory } from './check.js'
import { type Call, HistoryError, readHistory } from './history.js'
import { simulatedHistory } from './simulated.js'

/** More: `node --import tsx test/linearizability/check-history.ts --seeds 1:1000`. */
const SEEDS = 60
const FAULTS_MS = 10_000

/** Bugs of which histories tell soon, and what they break. */
const TOLD: Readonly<Record<string, readonly string[]>> = {
  'decided-by-one-too-few': ['shared values', 'ordered messages'],
  'older-log-elected': ['shared values', 'ordered messages'],
  'ordered-before-decided': ['ordered messages'],
  'poll-votes-counted-twice': ['polls'],
  'requests-taken-again': ['shared values', 'ordered messages', 'polls'],
}
const SEEDS_MOST = 60

describe('histories of simulated groups', function () {
  this.timeout(120_000)

  it(`are linearizable in ${SEEDS} worlds of ${FAULTS_MS / 1000} s with faults`, () => {
    const counts = new Map<Call['f'] | 'formations' | 'worlds', number>()
    const count = (what: Call['f'] | 'formations' | 'worlds', by = 1): void =>
      void counts.set(what, (counts.get(what) ?? 0) + by)
    for (let seed = 1; seed <= SEEDS; seed++) {
      const history = simulatedHistory(seed, FAULTS_MS)
      if (!history) continue
      const { operations } = history
      const { misfits } = checkHistory(operations)
      expect(misfits.map(({ story }) => `seed ${seed}: ${story}`)).to.deep.equal([])
      count('worlds')
      for (const { call } of operations) count(call.f)
      count('formations', new Set(operations.flatMap(({ formation }) => formation ?? [])).size)
    }
    expect(counts.get('worlds')).to.be.at.least(50)
    // A world in which nothing happens is always right.
    for (const what of ['set', 'get', 'send', 'deliver', 'poll', 'vote', 'outcome', 'formations'] as const) {
      expect(counts.get(what), what).to.be.above(2 * SEEDS)
    }
    expect(counts.get('lost')).to.be.above(5)
    expect(counts.get('missed')).to.be.above(5)
  })

  it('say where all that ended well was decided', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const requests = (simulatedHistory(seed, 5000)?.operations ?? []).filter(({ call }) => {
        return call.f === 'set' || call.f === 'send'
      })
      const done = requests.filter(({ endedAt }) => endedAt !== Number.POSITIVE_INFINITY)
      const nowhere = done.filter(({ formation }) => formation === undefined)
      // A deletion bears no mark: where others were decided in the same step, it is not told apart.
      expect(nowhere.filter(({ call }) => call.f !== 'set' || call.value !== null)).to.deep.equal([])
    }
  })

  it('are the same as JSON lines', () => {
    const history = simulatedHistory(1, 3000)
    const text = history?.lines.map((line) => JSON.stringify(line)).join('\n') ?? ''
    const read = readHistory(text)
    expect(read.length).to.be.above(100)
    expect(read).to.deep.equal(history?.operations)
    expect(() => readHistory(`${text}\n{"t":1}`)).to.throw(HistoryError, /^line \d+: /)
  })

  for (const { name, breaks, patch } of plantedBugs()) {
    const told = TOLD[name]
    if (!told) continue
    it(`are not where it is so that ${breaks}`, async () => {
      const file = await compiled(`history-${name}`, '../linearizability/simulated.ts', patch)
      const planted: typeof import('./simulated.js') = await import(pathToFileURL(file).href)
      for (let seed = 1; seed <= SEEDS_MOST; seed++) {
        const history = planted.simulatedHistory(seed, FAULTS_MS)
        const { misfits } = checkHistory(history?.operations ?? [])
        const [first] = misfits
        if (!first) continue
        expect(misfits.map(({ is }) => is)).not.to.include('unknown')
        expect(told).to.include(first.where.slice(0, first.where.indexOf(':')))
        expect(first.story).to.contain('it did until: ')
        return
      }
      expect.fail(`${SEEDS_MOST} seeds tell nothing of ${name}`)
    })
  }
})
