import { expect } from 'chai'
import fc from 'fast-check'
import type { Moment } from '../../../../groups/core.js'
import { createLeaseCell, LeaseReader, LeaseWriter } from '../../../../groups/host/index.js'

const ballot = { epoch: 1_795_247_227_417_123, term: 3 }

/** The wall clock began at 5 s. */
const moment = (monoMs: number, wallMs = monoMs): Moment => ({ monoMs, wallUs: (5000 + wallMs) * 1000 })

function cell() {
  const shared = createLeaseCell()
  const clock = { now: moment(0) }
  const writer = new LeaseWriter(shared)
  const reader = new LeaseReader(shared, () => clock.now)
  return { shared, clock, writer, reader }
}

describe('a lease in shared memory', () => {
  it('is none before it was granted', () => {
    const { reader } = cell()
    expect(reader.read()).to.equal(undefined)
    expect(reader.published()).to.equal(undefined)
  })

  it('gives the ballot until the moment in which it is over', () => {
    const { clock, writer, reader } = cell()
    writer.grant(ballot, 500, moment(0))
    expect(reader.read()).to.deep.equal(ballot)
    clock.now = moment(499.999)
    expect(reader.read()).to.deep.equal(ballot)
    clock.now = moment(500)
    expect(reader.read()).to.equal(undefined)
  })

  it('runs on when it is granted again', () => {
    const { clock, writer, reader } = cell()
    writer.grant(ballot, 500, moment(0))
    writer.grant(ballot, 600, moment(100))
    clock.now = moment(599)
    expect(reader.read()).to.deep.equal(ballot)
  })

  it('is none once it is void, for readers that have seen it and those that have not', () => {
    const { shared, clock, writer, reader } = cell()
    writer.grant(ballot, 500, moment(0))
    reader.read()
    writer.void()
    expect(reader.read()).to.equal(undefined)
    expect(new LeaseReader(shared, () => clock.now).read()).to.equal(undefined)
    expect(reader.published()?.leads).to.equal(false)
  })

  it('is none where its expiry has not come from a quorum yet', () => {
    const { writer, reader } = cell()
    writer.grant(ballot, Number.NEGATIVE_INFINITY, moment(0))
    expect(reader.read()).to.equal(undefined)
  })

  it('is none once the wall clock ran away from the monotonic one by more than 50 ms and a tenth', () => {
    const { clock, writer, reader } = cell()
    writer.grant(ballot, 500, moment(0))
    for (const [wallMs, isLeader] of [
      [159, true],
      [41, true],
      [161, false],
      [39, false],
    ] as const) {
      clock.now = moment(100, wallMs)
      expect(reader.read() !== undefined, `${wallMs} ms of wall time in 100`).to.equal(isLeader)
    }
  })

  it('looks for a suspension since the step that granted last', () => {
    const { clock, writer, reader } = cell()
    writer.grant(ballot, 1000, moment(0))
    clock.now = moment(200, 300)
    expect(reader.read()).to.equal(undefined)
    writer.grant(ballot, 1000, clock.now)
    expect(reader.read()).to.deep.equal(ballot)
  })

  it('carries every number as it is', () => {
    const { shared, writer } = cell()
    const number = fc.double({ noNaN: true })
    const whole = fc.maxSafeInteger()
    fc.assert(
      fc.property(whole, whole, number, number, number, (epoch, term, untilMs, monoMs, wallUs) => {
        writer.grant({ epoch, term }, untilMs, { monoMs, wallUs })
        const expected = { leads: true, ballot: { epoch, term }, untilMs, at: { monoMs, wallUs } }
        expect(new LeaseReader(shared).published()).to.deep.equal(expected)
      }),
    )
  })
})
