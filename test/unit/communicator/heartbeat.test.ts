import { expect } from 'chai'
import fc from 'fast-check'
import { Heartbeat, LOOKS, type Look } from '../../../communicator/heartbeat.js'

const INTERVAL_MS = 100
const LOOK_MS = INTERVAL_MS / LOOKS

interface Heard {
  readonly heard?: (atMs: number) => boolean
  readonly isDeaf?: boolean
}

/** What each look comes to, at its regular moments until this one. */
function looks(untilMs: number, { heard = () => false, isDeaf = false }: Heard = {}): [number, Look][] {
  const heartbeat = new Heartbeat(INTERVAL_MS, 0)
  const outcomes: [number, Look][] = []
  for (let atMs = LOOK_MS; atMs <= untilMs; atMs += LOOK_MS) {
    outcomes.push([atMs, heartbeat.look(atMs, heard(atMs), isDeaf)])
  }
  return outcomes
}

const when = (outcomes: readonly [number, Look][], what: Look): number[] =>
  outcomes.filter(([, look]) => look === what).map(([atMs]) => atMs)

describe('heartbeat', () => {
  it('asks who is silent for an interval, once an interval', () => {
    expect(when(looks(220), 'ask')).to.deep.equal([100, 200])
  })

  it('gives up who says nothing, within three intervals', () => {
    const [at = Number.POSITIVE_INFINITY] = when(looks(400), 'dead')
    expect(at)
      .to.be.above(2 * INTERVAL_MS)
      .and.at.most(3 * INTERVAL_MS)
  })

  it('leaves alone who speaks', () => {
    expect(looks(2000, { heard: () => true }).every(([, look]) => look === 'calm')).to.equal(true)
  })

  it('never gives up who answers every question', () => {
    let asked = false
    const heartbeat = new Heartbeat(INTERVAL_MS, 0)
    for (let atMs = LOOK_MS; atMs < 10_000; atMs += LOOK_MS) {
      const look = heartbeat.look(atMs, asked, false)
      expect(look).to.not.equal('dead')
      asked = look === 'ask'
    }
  })

  it('tells a peer that it does not read that it is there, and does not give it up', () => {
    const outcomes = looks(2000, { isDeaf: true })
    expect(when(outcomes, 'dead')).to.deep.equal([])
    expect(when(outcomes, 'ask').length).to.be.at.least(19)
  })

  it('does not hold against a peer that this process itself stood still', () => {
    const heartbeat = new Heartbeat(INTERVAL_MS, 0)
    expect(heartbeat.look(LOOK_MS, false, false)).to.equal('calm')
    expect(heartbeat.look(60_000, false, false)).to.not.equal('dead')
    expect(heartbeat.look(60_000 + LOOK_MS, true, false)).to.equal('calm')
  })

  it('gives up a silent peer within three intervals and never one that speaks, wherever looks fall', () => {
    // A look may be late by half of what lies between two.
    const gaps = fc.array(fc.integer({ min: LOOK_MS, max: Math.floor(LOOK_MS * 1.5) }), {
      minLength: 30,
      maxLength: 60,
    })
    fc.assert(
      fc.property(gaps, fc.nat(20), (between, silentFrom) => {
        const heartbeat = new Heartbeat(INTERVAL_MS, 0)
        let atMs = 0
        let lastHeardMs = 0
        for (const [index, gap] of between.entries()) {
          atMs += gap
          const heard = index < silentFrom
          if (heard) lastHeardMs = atMs
          const look = heartbeat.look(atMs, heard, false)
          if (look === 'dead') {
            expect(atMs - lastHeardMs).to.be.above(2 * INTERVAL_MS)
            return
          }
          expect(atMs - lastHeardMs).to.be.below(3 * INTERVAL_MS)
        }
      }),
    )
  })
})
