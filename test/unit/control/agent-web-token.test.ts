import { expect } from 'chai'
import { userOf, webToken } from '../../../control/agent/web-token.js'

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

describe('a web token', () => {
  it('stands for its user until it ends', () => {
    const token = webToken('admin', 5000, 'key')
    expect(userOf(token, 'key', 4999)).to.equal('admin')
    expect(userOf(token, 'key', 5000)).to.equal(undefined)
  })

  it('has the form that others read', () => {
    const [header = '', payload = '', ...more] = webToken('admin', 5_999, 'key').split('.')
    const read = (text: string): unknown => JSON.parse(Buffer.from(text, 'base64url').toString())
    expect(read(header)).to.deep.equal({ alg: 'HS256', typ: 'JWT' })
    expect(read(payload)).to.deep.equal({ sub: 'admin', exp: 5 })
    expect(more).to.have.length(1)
  })

  it('is nothing with another key, another seal, or another user', () => {
    const [header = '', payload = '', seal = ''] = webToken('admin', 5000, 'key').split('.')
    expect(userOf([header, payload, seal].join('.'), 'other', 0)).to.equal(undefined)
    const none = part({ alg: 'none', typ: 'JWT' })
    for (const token of [
      ...['', '.', '..', 'x.y.z', `${header}.${payload}`, `${header}.${payload}.`],
      `${header}.${payload}.${seal.slice(1)}`,
      `${header}.${payload}.${seal}.${seal}`,
      `${header}.${part({ sub: 'root', exp: 99 })}.${seal}`,
      `${none}.${payload}.${seal}`,
      `${none}.${payload}.`,
    ]) {
      expect(userOf(token, 'key', 0), token).to.equal(undefined)
    }
  })
})
