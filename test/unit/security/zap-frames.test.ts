/** Requests of ZAP, as ZeroMQ 4.3.5 sends them to a ROUTER, and the answers that it takes. */
import { expect } from 'chai'
import { readZapRequest, zapAnswer } from '../../../ports/security/zap-frames.js'

const text = (...parts: string[]): Buffer[] => parts.map((part) => Buffer.from(part))
const key = Buffer.alloc(32, 7)
const envelope = [Buffer.from([0, 1, 2, 3, 4]), Buffer.alloc(0)]
const asked = (...rest: Buffer[]): Buffer[] => [...envelope, ...rest]

describe('a request of ZAP', () => {
  it('of CURVE bears the key', () => {
    const request = readZapRequest(asked(...text('1.0', '1', 'ports/a', '10.0.0.5', '', 'CURVE'), key))
    expect(request).to.deep.include({ domain: 'ports/a', address: '10.0.0.5', mechanism: 'CURVE', key })
  })

  it('of another mechanism bears none', () => {
    const plain = readZapRequest(asked(...text('1.0', '1', 'ports/a', '10.0.0.5', '', 'PLAIN', 'me', 'pass')))
    expect(plain).to.deep.include({ mechanism: 'PLAIN', key: undefined })
    const short = readZapRequest(asked(...text('1.0', '1', 'ports/a', '10.0.0.5', '', 'CURVE', 'short')))
    expect(short).to.deep.include({ mechanism: 'CURVE', key: undefined })
  })

  it('is none without an envelope, in another version, or cut short', () => {
    expect(readZapRequest(text('1.0', '1', 'd', 'a', 'r', 'CURVE'))).to.equal(undefined)
    expect(readZapRequest(asked(...text('2.0', '1', 'd', 'a', '', 'CURVE')))).to.equal(undefined)
    expect(readZapRequest(asked(...text('1.0', '1', 'd')))).to.equal(undefined)
    expect(readZapRequest([])).to.equal(undefined)
  })

  it('is answered to where it came from, under its id', () => {
    const request = readZapRequest(asked(...text('1.0', '17', 'd', 'a', '', 'CURVE'), key))
    if (!request) throw new Error('no request')
    const [who, empty, ...rest] = zapAnswer(request, true)
    expect([who, empty]).to.deep.equal(envelope)
    expect(rest.map(String)).to.deep.equal(['1.0', '17', '200', 'OK', '', ''])
    expect(zapAnswer(request, false).map(String).slice(3, 5)).to.deep.equal(['17', '400'])
  })
})
