/** What agents are called, where they are, and how a record tells of them. */
import { expect } from 'chai'
import { agentIn, serviceOf } from '../../../control/nearby/agent-ad.js'
import { placesOf } from '../../../control/nearby/announcer.js'
import { nameOfHost } from '../../../control/nearby/labels.js'
import { addressText, agentAddress } from '../../../control/secure/address.js'
import { AgentClient } from '../../../control/secure/agent-client.js'
import { pskOf } from '../../../control/secure/psk.js'
import type { ReadInterfaces } from '../../../discovery/index.js'

describe('an agent nearby', () => {
  it('has an address, which is one of TLS but on this host', () => {
    expect(agentAddress('10.0.0.5')).to.deep.equal({ host: '10.0.0.5', port: 8001 })
    expect(agentAddress('https://n1.lan:9000/')).to.deep.equal({ host: 'n1.lan', port: 9000 })
    for (const host of ['127.0.0.1', 'localhost']) {
      expect(agentAddress(`http://${host}:9`)).to.deep.equal({ host, port: 9, isClear: true })
    }
    for (const text of [
      '',
      'a b',
      'n1:0',
      'n1:65536',
      'n1:x',
      'ftp://n1',
      'http://n1',
      'http://127.evil.org',
      'n1/v1',
      'a@n1',
      '::1',
    ]) {
      expect(() => agentAddress(text), text)
        .to.throw()
        .with.property('code', 'agent-bad-address')
    }
  })

  it('may be at a hub, by its name there', () => {
    expect(agentAddress('hub:n1')).to.deep.equal({ atHub: 'n1' })
    expect(agentAddress('hub:rack-3.lan')).to.deep.equal({ atHub: 'rack-3.lan' })
    // A host may be called so.
    expect(agentAddress('hub:8001')).to.deep.equal({ host: 'hub', port: 8001 })
    for (const [text, address] of [
      ['hub:n1', { atHub: 'n1' }],
      ['10.0.0.5:8001', { host: '10.0.0.5', port: 8001 }],
    ] as const) {
      expect(addressText(address)).to.equal(text)
    }
    expect(() => new AgentClient({ atHub: 'n1', token: 'x'.repeat(32) })).to.throw(/no hub is named.*--hub/)
  })

  it('is called as its host, in letters that names have', () => {
    for (const [host, name] of [
      ['rack-3.lan', 'rack-3.lan'],
      ['-a b', 'a-b'],
      ['x'.repeat(99), 'x'.repeat(63)],
      ['…', 'node'],
    ] as const) {
      expect(nameOfHost(host)).to.equal(name)
    }
  })

  it('is told by a record, and read back; one that makes no sense is none', () => {
    const ad = { id: '0123456789abcdef', name: 'n1', port: 8001, labels: { role: 'inverter', 'a/b': '' } }
    const { port, txt } = serviceOf(ad)
    const heard = { name: 'n1', host: '10.0.0.5', port, txt: new Map(Object.entries(txt)) }
    expect(agentIn(heard)).to.deep.equal({ ...ad, host: '10.0.0.5' })
    for (const [key, value] of [
      ['v', '2'],
      ['id', 'x'],
      ['n', '<script>'],
      ['n', ''],
      ['l0', 'role=<script>'],
      ['l0', 'a b=x'],
    ] as const) {
      expect(agentIn({ ...heard, txt: new Map([...heard.txt, [key, value]]) }), key).to.equal(undefined)
    }
    expect(agentIn({ ...heard, port: 0 })).to.equal(undefined)
  })

  it('is announced where it is reached, or on the one of those that is named', () => {
    const of = (address: string, internal = false) => {
      return { address, internal, netmask: '255.255.255.0', family: 'IPv4' as const, mac: '', cidr: null }
    }
    const read: ReadInterfaces = () => ({
      lo: [of('127.0.0.1', true)],
      a: [of('10.0.0.1')],
      b: [of('10.0.1.1')],
    })
    const places = (host: string, wanted = ''): string[] => {
      return placesOf({ host, interface: wanted }, read).map(({ name }) => name)
    }
    expect(places('0.0.0.0')).to.deep.equal(['lo', 'a', 'b'])
    expect(places('0.0.0.0', 'b')).to.deep.equal(['b'])
    expect(places('10.0.0.1')).to.deep.equal(['a'])
    expect(places('10.0.0.1', 'b')).to.deep.equal([])
    expect(places('127.0.0.1', '127.0.0.1')).to.deep.equal(['lo'])
  })

  it('shares a key with each who comes, which is that of no other', () => {
    const all = [pskOf('agent', 'x'), pskOf('agent', 'y'), pskOf('rollout:1', 'x')].map((key) =>
      key.toString('hex'),
    )
    expect(new Set(all).size).to.equal(3)
    // Who speaks to an agent of another version needs the same.
    expect(all[0]).to.equal('3a78ae4995b9a07c7a68809996cefe2d3316d2e0468bb011e2cfb4a4727d7a05')
  })
})
