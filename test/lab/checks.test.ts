/** That the checkers of the lab see what they are for. */
import { expect } from 'chai'
import { type Lease, overlaps, tokensBack } from './checks.js'
import { translation } from './faked-clock.js'
import { labCommand } from './options.js'
import { scenarios } from './scenarios.js'
import { FencingStore } from './store.js'
import { type Told, unexpected } from './verdict.js'

const lease = (host: number, term: number, sinceMs: number, untilMs: number): Lease => ({
  host,
  epoch: 1,
  term,
  sinceMs,
  untilMs,
})

describe('the checkers of the lab', () => {
  it('see two that act at one time, and for how long', () => {
    expect(overlaps([lease(1, 1, 0, 100), lease(2, 2, 90, 200)])).to.deep.equal([
      'host 1 (1.1) and host 2 (1.2) acted at one time, for 10.0 ms',
    ])
  })

  it('see nothing where one acts after the other, or twice', () => {
    expect(overlaps([lease(1, 1, 0, 90), lease(2, 2, 90, 200), lease(1, 3, 200, 300)])).to.deep.equal([])
    expect(overlaps([lease(1, 1, 0, 90), lease(1, 2, 80, 200)])).to.deep.equal([])
  })

  it('take no more for certain than the clocks are', () => {
    expect(overlaps([lease(1, 1, 0, 100), lease(2, 2, 99, 200)], 1)).to.deep.equal([])
    expect(overlaps([lease(1, 1, 0, 100), lease(2, 2, 97, 200)], 1)).to.have.length(1)
  })

  it('see who acts by an older token than somebody before it', () => {
    expect(tokensBack([lease(1, 2, 0, 100), lease(2, 1, 150, 200)])).to.deep.equal([
      'host 2 (1.1) acted after host 1 (1.2)',
    ])
    expect(tokensBack([lease(2, 1, 0, 10), lease(1, 2, 20, 100), lease(2, 1, 150, 200)])).to.have.length(1)
    expect(tokensBack([lease(2, 1, 0, 10), lease(1, 2, 20, 100)])).to.deep.equal([])
  })

  it('see two with one token', () => {
    const found = tokensBack([lease(1, 2, 0, 100), lease(2, 2, 150, 200)])
    expect(found).to.deep.equal(['host 1 (1.2) and host 2 (1.2) share a token'])
    expect(tokensBack([lease(1, 2, 0, 100), lease(1, 2, 150, 200)])).to.deep.equal([])
  })

  it('The store takes nothing of an older token than it has seen.', async () => {
    const store = await FencingStore.open()
    try {
      const act = (epoch: number, term: number): boolean => store.take({ epoch, term, host: 1 })
      expect([act(1, 1), act(1, 2), act(1, 1), act(2, 1), act(1, 9), act(2, 1)]).to.deep.equal([
        true,
        true,
        false,
        true,
        false,
        true,
      ])
      expect([store.refused.length, store.staleAccepted]).to.deep.equal([2, 0])
    } finally {
      await store.close()
    }
  })

  it('The clock of a fast process is translated by its shortest answer.', () => {
    const real = translation(1.05, [
      { beforeMs: 0, afterMs: 50, saidMs: 9999 },
      { beforeMs: 100, afterMs: 102, saidMs: 1000 },
    ])
    expect(real(1000)).to.equal(101)
    expect(real(2050)).to.be.closeTo(1101, 1e-6)
  })
})

describe('the verdict of the lab', () => {
  const told: Told = {
    electedMs: undefined,
    elections: 0,
    electionsAfter: 0,
    reconnectMs: { most: 900, middle: 20 },
    starvedMs: 0,
    staleAccepted: 0,
    isSame: true,
  }

  it('finds nothing where all is as expected', () => {
    expect(unexpected(told, { leader: 'the same' }, 1)).to.deep.equal([])
    const another = { ...told, electedMs: 800, isSame: false }
    expect(unexpected(another, { leader: 'another' }, 1)).to.deep.equal([])
  })

  it('tells of a leader that was unseated, an election too many, a port that was late', () => {
    const bad = { ...told, electionsAfter: 1, isSame: false, reconnectMs: { most: 1001, middle: 20 } }
    expect(unexpected(bad, { leader: 'the same' }, 1)).to.deep.equal([
      'another leads than before',
      '1 elections after the healing',
      'a port was connected only 1001 ms after the healing',
    ])
    expect(unexpected({ ...told, staleAccepted: 1 }, {}, 1)).to.have.length(1)
    expect(unexpected(told, { leader: 'another' }, 1)).to.deep.equal(['the same leads as before'])
    expect(unexpected({ ...told, electedMs: 3601, isSame: false }, { leader: 'another' }, 1)).to.have.length(
      1,
    )
  })

  it('counts elections where so many may be', () => {
    const often = { ...told, elections: 3, isSame: false }
    expect(unexpected(often, { mayElect: true, electionsMost: 3 }, 1)).to.deep.equal([])
    expect(unexpected(often, { mayElect: true, electionsMost: 2 }, 1)).to.deep.equal([
      '3 elections since the first fault',
    ])
  })

  it('has more patience with ports that were far away', () => {
    const late = { ...told, reconnectMs: { most: 1800, middle: 20 } }
    expect(unexpected(late, { roundTripMs: 199 }, 1)).to.have.length(1)
    expect(unexpected(late, { roundTripMs: 200 }, 1)).to.deep.equal([])
  })

  it('is patient, and blames nobody for a machine that gives no time', () => {
    const late = { ...told, reconnectMs: { most: 4999, middle: 20 } }
    expect(unexpected(late, {}, 5)).to.deep.equal([])
    const starved = { ...told, electionsAfter: 1, isSame: false, starvedMs: 300 }
    expect(unexpected(starved, { leader: 'the same' }, 1)).to.deep.equal([])
  })
})

describe('the scenarios of the lab', () => {
  it('have names of their own, and end with a healing', () => {
    expect(new Set(scenarios.map(({ name }) => name)).size).to.equal(scenarios.length)
    for (const { name, steps } of scenarios) expect(steps.at(-1)?.text, name).to.equal('heal')
  })

  it('are 500 faults and more in all', () => {
    const trials = scenarios.reduce((sum, { trials: [, full] }) => sum + full, 0)
    expect(trials).to.be.at.least(500)
  })

  it('take what the command line says', () => {
    const read = labCommand(['--full', '--only', 'ring', '--trials', '3', '--seed', '7'])
    expect(read).to.deep.equal({ full: true, only: 'ring', trials: 3, seed: 7 })
    expect(labCommand(['--help'])).to.equal(undefined)
    expect(() => labCommand(['--trials', 'some'])).to.throw('--trials is a number from 1')
  })
})
