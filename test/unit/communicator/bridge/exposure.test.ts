import { expect } from 'chai'
import { exposureOf } from '../../../../communicator/bridge/exposure.js'

describe('who may come by a bridge', () => {
  it('is told where that is anybody', () => {
    expect(exposureOf('tcp://10.0.0.5:8020')).to.contain('reads along')
    expect(exposureOf('tcp://0:8020')).to.contain('may come as the other end')
    expect(exposureOf('http://plant.example:8020')).to.contain('reads along')
    const oneWay = exposureOf('stcp://0:8020?connection_security=tls')
    expect(oneWay).to.contain('may come as the other end')
    expect(oneWay).not.to.contain('reads along')
  })

  it('is not where it is this host, or certificates say who may', () => {
    const safe = ['stcp://0:8020', 'https://plant.example', 'tcp://127.0.0.1:8020', 'tcp://localhost:1']
    for (const url of [...safe, 'tcp://[::1]:8020', 'uds:///run/bridge.sock']) {
      expect(exposureOf(url), url).to.equal(undefined)
    }
  })
})
