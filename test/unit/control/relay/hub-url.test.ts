/** Addresses of hubs that are dialled, as people write them. */
import { expect } from 'chai'
import { dialledHub, isDialled } from '../../../../control/relay/hub-url.js'

describe('the address of a hub that is dialled', () => {
  it('has a port and a name, unless told otherwise 8020 and hub', () => {
    const shown = 'stcp://10.0.0.5'
    const common = { scheme: 'stcp', host: '10.0.0.5', isSecure: true }
    expect(dialledHub(shown)).to.deep.equal({ shown, ...common, port: 8020, name: 'hub' })
    const whole = 'stcp://10.0.0.5:9000/plant'
    expect(dialledHub(whole)).to.deep.equal({ shown: whole, ...common, port: 9000, name: 'plant' })
    expect(dialledHub('grpcs://hub.lan/')).to.include({ scheme: 'grpcs', host: 'hub.lan', name: 'hub' })
    expect(dialledHub('stcp://[fd00::1]:1')).to.include({ host: '[fd00::1]', port: 1 })
    expect(dialledHub('stcp://0:0')).to.include({ host: '0', port: 0 })
  })

  it('is wss for a WebSocket, as https is that of a hub with HTTP', () => {
    expect(dialledHub('wss://hub.lan:443')).to.include({ scheme: 'https', isSecure: true })
    expect(isDialled('https://hub.lan')).to.equal(false)
    expect(isDialled('http://127.0.0.1:8000')).to.equal(false)
    expect(isDialled('')).to.equal(false)
  })

  it('is of clear text on this host alone', () => {
    for (const here of ['tcp://127.0.0.1:1', 'tcp://localhost', 'atcp://127.9.9.9', 'ws://[::1]:2']) {
      expect(dialledHub(here), here).to.include({ isSecure: false })
    }
    for (const there of ['tcp://10.0.0.5:1', 'tcp://0:8020', 'grpc://hub.lan', 'ws://127.evil.org']) {
      expect(isDialled(there), there).to.equal(true)
      expect(dialledHub(there), there).to.match(/^would be clear text on a network.*give it as stcp:/)
    }
  })

  it('is nothing else: no query, which could lower what TLS asks for, and no name of a user', () => {
    const others = [
      'stcp://h:1?connection_security=tls',
      'stcp://me@h',
      'stcp://',
      'stcp://h:99999',
      'stcp://h/a/b',
    ]
    for (const text of [...others, 'stcp://h:1#x', 'stcp://h/a b', 'stcp://h/../x']) {
      expect(dialledHub(text), text).to.match(/^is no address at which a hub is dialled; give it as stcp:/)
    }
  })
})
