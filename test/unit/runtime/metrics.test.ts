import { expect } from 'chai'
import { Metrics } from '../../../runtime/control/metrics.js'
import { runtimeLimits } from '../../../runtime/limits.js'

describe('the metrics of an actor', () => {
  function metrics(): { readonly metrics: Metrics; readonly written: unknown[] } {
    const written: unknown[] = []
    return { metrics: new Metrics({ write: (text) => void written.push(JSON.parse(text)) }), written }
  }

  it('are one document, to which each report adds', () => {
    const { metrics: all, written } = metrics()
    all.report({ kind: 'client', rounds: { 1: { loss: 0.5 } } })
    all.report({ rounds: { 1: { step: 2 }, 2: {} }, list: [1, 2] })
    all.report({ list: [3], kind: null })
    expect(written).to.deep.equal([
      { kind: 'client', rounds: { 1: { loss: 0.5 } } },
      { kind: 'client', rounds: { 1: { loss: 0.5, step: 2 }, 2: {} }, list: [1, 2] },
      { kind: null, rounds: { 1: { loss: 0.5, step: 2 }, 2: {} }, list: [3] },
    ])
  })

  it('keep what was reported as it was then, whatever becomes of the objects', () => {
    const { metrics: all, written } = metrics()
    const round: Record<string, number> = { loss: 1 }
    all.report({ round })
    round.loss = 2
    all.report({ more: true })
    expect(written[1]).to.deep.equal({ round: { loss: 1 }, more: true })
  })

  it('refuse what JSON has not, and what is too large; then nothing was added', () => {
    const { metrics: all, written } = metrics()
    all.report({ good: 1 })
    expect(() => all.report({ bad: 1n }))
      .to.throw(/metrics are JSON/)
      .with.property('code', 'unencodable')
    const large = 'x'.repeat(runtimeLimits.metricsChars)
    expect(() => all.report({ large }))
      .to.throw()
      .with.property('code', 'too-large')
    all.report(JSON.parse('{"__proto__":{"polluted":true}}'))
    expect(written).to.have.length(2)
    expect(JSON.stringify(written[1])).to.equal('{"good":1,"__proto__":{"polluted":true}}')
    expect({}).to.not.have.property('polluted')
  })

  it('go nowhere where nobody wants them', () => {
    expect(() => new Metrics(undefined).report({ rounds: 1n })).to.not.throw()
  })
})
