import { expect } from 'chai'
import { timings } from '../../groups/timing.js'
import { campaign } from './campaign.js'
import { compiled } from './compile.js'
import { hunt } from './hunt.js'
import { applyHunks, PatchError, parsePatch } from './patch.js'
import { plantedBugs } from './planted.js'
import { scripts } from './scripts/index.js'
import type { Script } from './scripts/script.js'
import { runScripts } from './scripts.js'
import { story } from './story.js'
import { scriptNamed, transcript } from './transcript.js'

const SEEDS = 2000
const FAULTS_MS = 10_000
/** Planted bugs that chance finds soon, by many checkers. */
const FOUND_SOON: readonly string[] = [
  'any-outcome-acted-on',
  'changes-in-flight',
  'clock-error-without-drift',
  'decided-by-one-too-few',
  'epoch-without-wall',
  'forming-without-willingness',
  'hand-over-keeps-acting',
  'lease-from-the-answer',
  'no-birth-word',
  'older-log-elected',
  'poll-votes-counted-twice',
  'requests-taken-again',
]
/** What happens, in so many worlds, more often than in every tenth. */
const HAPPENING: readonly string[] = [
  ...['deaths', 'cuts', 'pauses', 'suspensions', 'leaders elected', 'asked'],
  ...['actions agreed', 'actions acted', 'actions missed'],
]

describe('simulated groups', function () {
  this.timeout(300_000)

  it(`keep every rule in ${SEEDS} worlds, and recover when all is calm`, async () => {
    const { seeds, findings, counts } = await campaign({
      ...{ from: 1, to: SEEDS, workers: 2 },
      swarm: { faultsMs: FAULTS_MS },
    })
    expect(findings).to.deep.equal([])
    expect(seeds).to.equal(SEEDS)
    // A nemesis that does nothing finds nothing.
    for (const what of HAPPENING) expect(counts.get(what), what).to.be.above(SEEDS / 10)
  })

  it('of one seed have one story, to the byte', () => {
    let lines = 0
    for (let seed = 1; seed <= 20; seed++) {
      const [one, other] = [1, 2].map(() => {
        const told: string[] = []
        story(seed, { faultsMs: 2000, tell: (line) => void told.push(line) })
        lines += told.length
        return told.join('\n')
      })
      expect(one, `seed ${seed}`).to.equal(other)
    }
    expect(lines).to.be.above(10_000)
  })

  it('say at the head of a story what it is made of', () => {
    const told: string[] = []
    const fixed = { quorum: 3, seats: 4, observers: 1, timing: timings.wan }
    story(7, { ...fixed, faultsMs: 10, tell: (line) => void told.push(line) })
    expect(told[0]).to.equal('seed 7: quorum 3, 4 members, 1 observers, profile wan')
    expect(told.filter((line) => /^ {2}[a-e] runs at [\d.]+, its wall clock/.test(line))).to.have.length(5)
  })

  it('are hunted for a bug from the first seed that is asked for on', async () => {
    const [bug] = plantedBugs().filter(({ name }) => name === 'any-outcome-acted-on')
    if (!bug) throw new Error('it is not planted')
    const first = await hunt(bug, { to: SEEDS, faultsMs: 2000 })
    const next = await hunt(bug, { from: (first?.seed ?? 0) + 1, to: SEEDS, faultsMs: 2000 })
    expect(next?.seed).to.be.above(first?.seed ?? SEEDS)
  })

  it('have scripts that can be read, with messages and without', () => {
    const script = scriptNamed('KEEPS ITS MOMENT when the leader dies')
    const [short, long]: [string[], string[]] = [[], []]
    expect(transcript(script, false, (line) => void short.push(line))).to.equal(true)
    expect(transcript(script, true, (line) => void long.push(line))).to.equal(true)
    expect(short[0]).to.equal(`# ${script.name}`)
    expect(short.some((line) => line.endsWith('* so it is: b and c have acted'))).to.equal(true)
    expect(long.filter((line) => !line.includes(' → '))).to.deep.equal(short)
    expect(long.length).to.be.above(2 * short.length)
    expect(() => scriptNamed('no such story')).to.throw('no script; there are')
    expect(() => scriptNamed('moment')).to.throw('several scripts')
    const failing: Script = { name: 'it fails', run: () => expect(1).to.equal(2) }
    expect(transcript(failing, false, (line) => void short.push(line))).to.equal(false)
    expect(short.at(-1)).to.contain('# FAILED')
  })

  it('are not simulated with a patch that no longer applies', () => {
    const { files } = parsePatch('one', 'breaks: all\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n one\n-two\n+three')
    const hunks = files.get('x') ?? []
    expect(applyHunks('x', 'zero\none\ntwo', hunks)).to.equal('zero\none\nthree')
    expect(() => applyHunks('x', 'one\nTwo', hunks)).to.throw(PatchError, 'nowhere')
    expect(() => applyHunks('x', 'one\ntwo\none\ntwo', hunks)).to.throw(PatchError, 'at 2 places')
  })

  it('have patches for all their planted bugs that still apply', async () => {
    for (const { name, patch } of plantedBugs()) await compiled(name, 'simulation.ts', patch)
  })

  for (const { name, run } of scripts) it(`show that ${name}`, () => run())

  for (const bug of plantedBugs().filter(({ scripts: shown }) => shown.length > 0)) {
    it(`show by a script that ${bug.breaks}`, async () => {
      const told = await runScripts(bug.name, bug.patch)
      const failing = told.filter(({ failure }) => failure !== undefined).map(({ name }) => name)
      expect(failing).to.include.members([...bug.scripts])
    })
  }

  for (const bug of plantedBugs().filter(({ name }) => FOUND_SOON.includes(name))) {
    it(`are where it is found that ${bug.breaks}`, async () => {
      const found = await hunt(bug, { to: SEEDS, faultsMs: FAULTS_MS })
      expect(found?.story.violation?.checker).to.be.oneOf(bug.finders)
    })
  }
})
