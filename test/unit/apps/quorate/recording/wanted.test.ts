import { expect } from 'chai'
import { commandLimits } from '../../../../../apps/quorate/limits.js'
import { Wanted } from '../../../../../apps/quorate/recording/wanted.js'
import type { PortAd } from '../../../../../discovery/index.js'

function ad(kind: string, path: string, ...messages: string[]): PortAd {
  const [component = '', port = ''] = path.split('.')
  const types = messages.map((name) => ({ name, fingerprint: 'f' }))
  return { component, port, kind, scope: 'global', endpoint: '', types }
}

const ESTIMATE = ad('pub', 'estimator.estimate', 'Estimate')
const READY = ad('pub', 'sensor.ready', 'SensorReady')
const QUERY = ad('ans', 'sensor.query', 'SensorQuery', 'SensorValue')

describe('the ports that a recording is of', () => {
  it('are all pub ports unless told', () => {
    const wanted = new Wanted([])
    expect([ESTIMATE, READY, QUERY, ad('sub', 'a.b', 'Estimate')].map((each) => wanted.takes(each))).to.eql([
      true,
      true,
      false,
      false,
    ])
    expect(wanted.missing).to.deep.equal([])
  })

  it('are those with a name that was given, of the message or of the port', () => {
    const wanted = new Wanted(['Estimate', 'sensor.ready'])
    expect([ESTIMATE, READY, ad('pub', 'sensor.other', 'Other')].map((each) => wanted.takes(each))).to.eql([
      true,
      true,
      false,
    ])
    expect(wanted.missing).to.deep.equal([])
  })

  it('are told where a name was given in vain, with what there is', () => {
    const wanted = new Wanted(['Estimate', 'SensorRedy'])
    for (const each of [ESTIMATE, READY, ad('sub', 'logger.redy', 'SensorRedy')]) wanted.takes(each)
    expect(wanted.missing).to.deep.equal([
      'no pub port carries SensorRedy or is named so; ' +
        'there are estimator.estimate (Estimate), sensor.ready (SensorReady)',
    ])
  })

  it('are none that ask or answer, and that is said', () => {
    const not = 'ports that ask or answer (qry, ans, req, rep, clt, srv) are not recorded'
    const wanted = new Wanted(['SensorValue', 'sensor.query'])
    for (const each of [ESTIMATE, QUERY]) wanted.takes(each)
    const there = 'there is estimator.estimate (Estimate)'
    expect(wanted.missing).to.deep.equal([
      `no pub port carries SensorValue or is named so; ${not}; ${there}`,
      `no pub port carries sensor.query or is named so; ${not}; ${there}`,
    ])
    const all = new Wanted([])
    expect(all.missing).to.deep.equal(['there is no pub port'])
    all.takes(QUERY)
    expect(all.missing).to.deep.equal([`there is no pub port; ${not}`])
  })

  it('are not all told where they are many', () => {
    const wanted = new Wanted(['X'])
    for (let n = 0; n < 1000; n++) wanted.takes(ad('pub', `a.port${n}`, 'Y'))
    const [line = ''] = wanted.missing
    expect(line.split('(Y)')).to.have.length(commandLimits.portsTold + 1)
    expect(line).to.match(/, …$/)
  })
})
