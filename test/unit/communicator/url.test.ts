import { expect } from 'chai'
import { CommError } from '../../../communicator/errors.js'
import { listenHost, portsToTry } from '../../../communicator/listen-address.js'
import { authority, parseUrl } from '../../../communicator/url.js'

function refusal(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (error instanceof CommError && error.code === 'BAD_CONFIG') return error.message
    throw error
  }
  throw new Error('it was taken')
}

describe('URL of a connector', () => {
  it('is taken apart', () => {
    const { query, ...parts } = parseUrl(
      'STCP://site-1.example:8020/a/b?connection_security=tls&x=1&x=2+3%26#end',
    )
    expect(parts).to.deep.equal({
      url: 'STCP://site-1.example:8020/a/b?connection_security=tls&x=1&x=2+3%26#end',
      scheme: 'stcp',
      host: 'site-1.example',
      port: '8020',
      path: '/a/b',
      frag: 'end',
    })
    expect(query).to.deep.equal({ connection_security: 'tls', x: '2 3&' })
  })

  it('has the host 0, or none, for all addresses, and IPv6 without its brackets', () => {
    const hosts: readonly [string, string, string][] = [
      ['tcp://0:8020', '', '8020'],
      ['tcp://:8020', '', '8020'],
      ['tcp://0.0.0.0:1', '0.0.0.0', '1'],
      ['tcp://[::1]:8020', '::1', '8020'],
      ['tcp://[fe80::1%eth0]:1', 'fe80::1%eth0', '1'],
      ['http://host', 'host', ''],
      ['uds:///run/app.sock', '', ''],
      ['shared-file://0/tmp/x', '', ''],
    ]
    for (const [url, host, port] of hosts)
      expect([parseUrl(url).host, parseUrl(url).port], url).to.deep.equal([host, port])
    expect(authority('::1', 7)).to.equal('[::1]:7')
    expect(authority('host', '7')).to.equal('host:7')
  })

  it('is refused where it is none, and the text shows no more than the beginning of it', () => {
    const none = [
      '',
      'tcp',
      'tcp:',
      'tcp:/h:1',
      '://h:1',
      '1tcp://h:1',
      'tcp://h:65536',
      'tcp://h:-1',
      'tcp://h:x',
    ]
    for (const url of [
      ...none,
      'tcp://::1:8020',
      'tcp://user@h:1',
      'tcp://[::1',
      ' tcp://h:1',
      'tcp://h:123456',
    ]) {
      expect(
        refusal(() => parseUrl(url)),
        url,
      ).to.include('no URL')
    }
    expect(refusal(() => parseUrl(`tcp://h:1:${'x'.repeat(100_000)}`)).length).to.be.below(400)
  })
})

describe('address of a listener', () => {
  it('is the loopback for a host of it, else all, unless it is asked for', () => {
    const hosts: readonly [string, string | undefined, string][] = [
      ['localhost', undefined, '127.0.0.1'],
      ['LOCALHOST.', undefined, '127.0.0.1'],
      ['127.0.0.1', undefined, '127.0.0.1'],
      ['127.9.9.9', undefined, '127.9.9.9'],
      ['10.0.0.5', undefined, ''],
      ['site-1.example', undefined, ''],
      ['localhost', '0', ''],
      ['localhost', '10.0.0.5', '10.0.0.5'],
      ['site-1.example', '', ''],
    ]
    for (const [host, asked, bound] of hosts) expect(listenHost(host, asked), host).to.equal(bound)
  })

  it('tries the port that was given, short ranges in order, and twenty of a long one', () => {
    expect(portsToTry(8020, '1-2')).to.deep.equal([8020])
    expect(portsToTry('8020', undefined)).to.deep.equal([8020])
    expect(portsToTry(undefined, 8020)).to.deep.equal([8020])
    expect(portsToTry(undefined, '8000-8003')).to.deep.equal([8000, 8001, 8002, 8003])
    expect(portsToTry(undefined, ['7000', '8000-8001', 9000])).to.deep.equal([7000, 8000, 8001, 9000])
    for (const [ports, low, high] of [
      ['2000-3000', 2000, 3000],
      ['-1100', 1025, 1100],
      ['60000-', 60_000, 65_535],
    ] as const) {
      const tried = portsToTry(undefined, ports)
      expect(new Set(tried).size, ports).to.equal(20)
      for (const port of tried) expect(port).to.be.within(low, high)
    }
  })

  it('refuses what is no port and no range', () => {
    for (const port of ['', 'x', -1, 65_536, 1.5, null, true, {}])
      expect(refusal(() => portsToTry(port, undefined))).to.include('port')
    for (const ports of ['', '-', '5-3', 'x-y', '1-2-3', '70000', '1-70000', {}, ['x']]) {
      expect(
        refusal(() => portsToTry(undefined, ports)),
        JSON.stringify(ports),
      ).to.be.a('string')
    }
  })
})
