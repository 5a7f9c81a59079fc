/** The verdicts of the doctor, without a network. */
import { createServer, type Server } from 'node:net'
import { expect } from 'chai'
import { judgeKeys } from '../../../../apps/quorate/doctor/actors-reachable.js'
import { judgeVersions } from '../../../../apps/quorate/doctor/app-versions.js'
import { bounded, fail, ok, warn } from '../../../../apps/quorate/doctor/finding.js'
import { judgeChoice } from '../../../../apps/quorate/doctor/interface-chosen.js'
import { multicastQuestion } from '../../../../apps/quorate/doctor/multicast-question.js'
import { judgeRoute, multicastRouteOf } from '../../../../apps/quorate/doctor/multicast-route.js'
import { judgeNode } from '../../../../apps/quorate/doctor/node-version.js'
import { judgeOthers } from '../../../../apps/quorate/doctor/other-interfaces.js'
import { portsOf } from '../../../../apps/quorate/doctor/port-pairs.js'
import { judgeAlone, mismatches } from '../../../../apps/quorate/doctor/ports-connected.js'
import { runProbe } from '../../../../apps/quorate/doctor/probe-run.js'
import type { Sighting } from '../../../../apps/quorate/observatory.js'
import { type PortAd, readRoutes } from '../../../../discovery/index.js'
import { ad, portStatus, sighting } from './sightings.js'

const lo = { name: 'lo', address: '127.0.0.1', netmask: '255.0.0.0', loopback: true, identity: 'lo' }
const eth0 = {
  name: 'eth0',
  address: '10.0.0.5',
  netmask: '255.255.255.0',
  loopback: false,
  identity: 'eth0',
}
const ID = { a: 'aaaaaaaaaaaaaaaa', b: 'bbbbbbbbbbbbbbbb' }

/** An actor with ports that nobody is connected to. */
function withPorts(id: string, ads: PortAd[], facts: { app?: string } = {}): Sighting {
  const ports = ads.map(({ component, port, kind }) => portStatus({ component, name: port, kind }))
  const types = ads.flatMap((each) => each.types)
  return sighting({ id, ports, listing: { ports: ads, types }, ...facts })
}

async function verdictOnFirst(...sightings: Sighting[]) {
  const ports = portsOf(sightings)
  const [first] = ports
  return first ? judgeAlone(first, ports) : []
}

describe('the doctor', () => {
  it('knows which Node.js is new enough', () => {
    expect(['20.19.0', '20.20.2', '22.1.0', '24.0.0'].map((v) => judgeNode(v).verdict)).to.deep.equal(
      Array(4).fill('ok'),
    )
    expect(['18.20.4', '20.18.9'].map((v) => judgeNode(v).verdict)).to.deep.equal(['FAIL', 'FAIL'])
    expect(judgeNode('18.0.0').advice).to.equal('install Node.js 20.19 or newer')
  })

  it('warns of an app that runs with keys and without', () => {
    const [locked, open] = [sighting({ id: ID.a }), sighting({ id: ID.b, hasKeys: false })]
    expect(judgeKeys([locked, open])).to.deep.equal([
      warn(
        'the app pair runs with keys and without: actors of the two do not talk to each other',
        'start all of its actors without --insecure, or all with it',
      ),
    ])
    expect(judgeKeys([locked, sighting({ id: ID.b, app: 'other', hasKeys: false })])).to.deep.equal([])
  })

  it('says which interface is chosen, and why', () => {
    expect(judgeChoice('', [lo], () => lo)).to.deep.equal(
      warn(
        'lo (127.0.0.1), the only one there is: actors of this host only',
        'to reach others, bring up another',
      ),
    )
    const wlan0 = { ...eth0, name: 'wlan0', address: '10.0.1.5' }
    expect(judgeChoice('', [lo, eth0, wlan0], () => eth0)).to.deep.equal(
      ok('eth0 (10.0.0.5), that of the LAN, as none is named; there are also wlan0 (10.0.1.5)'),
    )
    expect(judgeChoice('eth0', [lo, eth0], () => eth0).found).to.equal('eth0 (10.0.0.5), as asked for')
  })

  it('reads the routes of Linux, and knows the one that multicast takes', () => {
    const text = [
      'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
      'eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0',
      'eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0',
    ]
    expect(multicastRouteOf(readRoutes(text.join('\n')))).to.equal('eth0')
    const own = 'eth1\t000000E0\t00000000\t0001\t0\t0\t0\t000000F0\t0\t0\t0'
    expect(multicastRouteOf(readRoutes([...text, own].join('\n')))).to.equal('eth1')
    expect(multicastRouteOf(readRoutes(text[0] ?? ''))).to.equal(undefined)
    expect(judgeRoute('lo', undefined).found).to.match(/no route for multicast; none is needed: .* lo itself/)
    expect(judgeRoute('eth0', 'eth0').found).to.equal('the route for multicast goes over eth0')
  })

  it('asks a question that is a DNS packet, and another each time', () => {
    const question = multicastQuestion()
    expect(question.subarray(0, 12).toString('hex')).to.equal('000000000001000000000000')
    expect(question.subarray(-11).toString('latin1')).to.equal('\x05local\x00\x00\x10\x00\x01')
    expect(question.equals(multicastQuestion())).to.equal(false)
  })

  it('finds apps that run in several versions', () => {
    const old = sighting({ id: ID.a, actor: 'A', version: '1.0.0' })
    const young = sighting({ id: ID.b, actor: 'B', version: '1.1.0' })
    expect(judgeVersions([old, old, young])[0]).to.include({
      verdict: 'warn',
      found: 'the app pair runs in several versions: 1.0.0 (A ×2), 1.1.0 (B)',
    })
    expect(judgeVersions([old])[0]?.verdict).to.equal('ok')
    expect(judgeVersions([old, sighting({ id: ID.b, app: 'other', version: '9' })])[0]?.verdict).to.equal(
      'ok',
    )
    expect(judgeVersions([])).to.deep.equal([])
  })

  it('names the kind of port that is missing, for each kind that has one', async () => {
    const kinds = { pub: 'sub', qry: 'ans', ans: 'qry', req: 'rep', rep: 'req', clt: 'srv', srv: 'clt' }
    for (const [kind, missing] of Object.entries(kinds)) {
      const [lonely] = await verdictOnFirst(withPorts(ID.a, [ad(kind, 'M')]))
      expect(lonely?.found).to.match(new RegExp(`not connected: no ${missing} of M was found$`))
    }
  })

  it('finds ports without a counterpart, and says where one is that does not count', async () => {
    const sub = ad('sub', 'M')
    const [lonely] = await verdictOnFirst(withPorts(ID.a, [sub]))
    expect(lonely).to.include({ verdict: 'warn', advice: 'start an actor that has one' })
    expect(lonely?.found).to.equal('sub it.sub of Actor aaaaaaaa is not connected: no pub of M was found')
    const local = withPorts(ID.b, [ad('pub', 'M', { scope: 'local@somewhere' })])
    const [scoped] = await verdictOnFirst(withPorts(ID.a, [sub]), local)
    expect(scoped?.found).to.contain('in its scope: global here, local at pub it.pub of Actor bbbbbbbb')
    const foreign = withPorts(ID.b, [ad('pub', 'M')], { app: 'other' })
    const [apart] = await verdictOnFirst(withPorts(ID.a, [sub]), foreign)
    expect(apart?.advice).to.equal('that of pub it.pub of Actor bbbbbbbb is of another app')
  })

  describe('with a port that listens', () => {
    let server: Server
    let endpoint = ''
    before((done) => {
      server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1', () => {
        const address = server.address()
        endpoint = `tcp://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
        done()
      })
    })
    after(() => server.close())

    it('tells ports that are not yet connected from those behind a firewall', async () => {
      const sub = withPorts(ID.a, [ad('sub', 'M')])
      const [starting] = await verdictOnFirst(sub, withPorts(ID.b, [ad('pub', 'M', { endpoint })]))
      expect(starting?.verdict).to.equal('warn')
      expect(starting?.found).to.match(
        /^sub it\.sub of Actor aaaaaaaa is not connected to pub it\.pub of Actor bbbbbbbb$/,
      )
      const dead = ad('pub', 'M', { endpoint: 'tcp://127.0.0.1:9' })
      const [blocked] = await verdictOnFirst(sub, withPorts(ID.b, [dead]))
      expect(blocked?.verdict).to.equal('FAIL')
      expect(blocked?.found).to.match(/127\.0\.0\.1:9 takes no connections from here$/)
    })
  })

  it('finds schemas that differ, once for each pair of schemas, and lets that be the reason', async () => {
    const other = ad('pub', 'M', { types: [{ name: 'M', fingerprint: 'another' }] })
    const all = [
      withPorts(ID.a, [ad('sub', 'M')]),
      withPorts(ID.b, [other]),
      withPorts('cccccccccccccccc', [other]),
    ]
    const found = mismatches(portsOf(all))
    expect(found).to.have.length(1)
    expect(found[0]?.verdict).to.equal('FAIL')
    expect(found[0]?.found).to.match(
      /^sub it\.sub of Actor aaaaaaaa \(here\) and .* stay apart: the schemas of M differ/,
    )
    expect(await verdictOnFirst(...all)).to.deep.equal([])
  })

  it('finds actors that are only on another interface', () => {
    const there = [sighting({ id: ID.a })]
    expect(judgeOthers('lo (127.0.0.1)', [], [{ other: eth0, there }])[0]).to.include({
      verdict: 'FAIL',
      found: 'on eth0 (10.0.0.5), but not on lo (127.0.0.1), there are Actor aaaaaaaa',
    })
    expect(judgeOthers('lo (127.0.0.1)', there, [{ other: eth0, there }])[0]?.verdict).to.equal('ok')
    expect(
      judgeOthers('lo (127.0.0.1)', [sighting({ id: ID.b })], [{ other: eth0, there }])[0]?.verdict,
    ).to.equal('warn')
  })

  it('bounds its probes: one that hangs or throws is a FAIL', async () => {
    const context = {
      discovery: 'mdns',
      interface: '',
      keys: '',
      allInterfaces: false,
      sightings: async () => [],
      sightingsIfAny: async () => [],
    }
    const hangs = { name: 'x', run: () => new Promise<never>(() => undefined) }
    expect((await runProbe(hangs, context, 5))[0]).to.include({
      verdict: 'FAIL',
      found: 'no result within 5 ms',
    })
    const throws = { name: 'x', run: () => Promise.reject(new Error('no\ngood')) }
    expect((await runProbe(throws, context))[0]).to.include({ verdict: 'FAIL', found: 'no good' })
  })

  it('tells at most fifty findings of a kind one by one', () => {
    const many = Array.from({ length: 60 }, () => warn('x'))
    expect(bounded(many)).to.have.length(51)
    expect(bounded(many).at(-1)?.found).to.equal('and 10 more like these')
    expect(bounded([...many, fail('y')]).at(-1)?.verdict).to.equal('FAIL')
    expect(bounded(many.slice(0, 50))).to.have.length(50)
  })
})
