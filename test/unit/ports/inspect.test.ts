import { expect } from 'chai'
import { isPrototypeKey, refusalOf } from '../../../ports/inspect.js'
import { limits } from '../../../ports/limits.js'
import { encoded } from '../../support/msgpack-twin.js'

const refused = (hex: string): unknown => {
  const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex')
  return refusalOf(bytes, 0, bytes.length)
}

describe('inspection', () => {
  it('finds nothing wrong with one whole value of any kind', () => {
    for (const value of [
      null,
      true,
      1,
      -1,
      1.5,
      2n ** 63n,
      'x',
      'x'.repeat(70_000),
      [],
      {},
      [[1], { a: [2] }],
    ]) {
      const bytes = encoded(value)
      expect(refusalOf(bytes, 0, bytes.length)).to.equal(undefined)
    }
    for (const token of ['c4 01 00', 'c5 0001 00', 'c6 00000001 00', 'ca 00000000', 'd0 80', 'd1 8000']) {
      expect(refused(token), token).to.equal(undefined)
    }
  })

  it('says of each token what is missing where its bytes end too early', () => {
    const tokens =
      'c4 c401 c5 c500 c6 ca cb cc cd ce cf d0 d1 d2 d3 d9 d901 da db dc dd de df 91 81 81a1 81a161 a1'
    for (const token of tokens.split(' ')) expect(refused(token), token).to.equal('truncated')
    expect(refused('')).to.equal('truncated')
  })

  it('names what else is wrong', () => {
    expect(refused('01 02')).to.equal('trailing')
    expect(refused('d4 00 00')).to.equal('extension')
    expect(refused('c1')).to.equal('extension')
    expect(refused('81 01 02')).to.equal('bad-key')
    expect(refused('81 a9 5f5f70726f746f5f5f 01')).to.equal('prototype-key')
    expect(refused(`${'91'.repeat(limits.depth + 1)}01`)).to.equal('too-deep')
  })

  it('knows the three keys that reach a prototype and takes no other for one', () => {
    expect(['__proto__', 'constructor', 'prototype'].every(isPrototypeKey)).to.equal(true)
    expect(['__proto', 'Constructor', 'prototypes', ''].some(isPrototypeKey)).to.equal(false)
  })
})
