import { expect } from 'chai'
import { readAddress } from '../../../discovery/static.js'

describe('addresses of directories', () => {
  it('are host:port', () => {
    expect(readAddress('10.0.0.5:7000')).to.deep.equal({ host: '10.0.0.5', port: 7000 })
    expect(readAddress('node-3.lab:1')).to.deep.equal({ host: 'node-3.lab', port: 1 })
  })

  it('are refused with what was written, and how to write it', () => {
    for (const wrong of [
      '',
      'host',
      'host:',
      ':7000',
      'host:0',
      'host:65536',
      'tcp://host:1',
      'a b:1',
      '0.0.0.0:1',
    ]) {
      expect(() => readAddress(wrong), wrong)
        .to.throw(JSON.stringify(wrong))
        .with.property('code', 'bad-address')
    }
  })
})
