/**
 * Where an actor listens: what docs/protocol.md lists, each at the address that stands there, and
 * nowhere else.
 */
import { expect } from 'chai'
import { readProjectFile } from '../project.js'
import { fixtureApp, uniqueApp } from '../support/apps.js'
import { cliForTests } from '../support/cli.js'
import { eventually } from '../support/eventually.js'
import { Lan, lanForTests } from '../support/lan.js'
import { needed } from '../support/needed.js'
import { listenersOf } from './listeners.js'

const ON_LAN = '10.77.0.1'
const LOOPBACK = '127.0.0.1'
/**
 * Of the fixture's Server: pub, ans, rep and srv; gpub and gans of one group; pub and srv of the host
 * alone.
 */
const ROWS: Readonly<Record<string, { readonly of: number; readonly at: 'interface' | 'loopback' | 'all' }>> =
  {
    directory: { of: 1, at: 'interface' },
    introduction: { of: 1, at: 'interface' },
    'each `pub`, `ans`, `rep`, `srv`': { of: 4, at: 'interface' },
    'each of these that is `local`': { of: 2, at: 'loopback' },
    '`gpub` and `gans` of each group joined': { of: 2, at: 'interface' },
    'events and commands of operators, when the first of them has asked': { of: 2, at: 'interface' },
    'events and commands with `--rpc`': { of: 2, at: 'loopback' },
    mDNS: { of: 1, at: 'all' },
  }

describe('the sockets of an actor that listen', function () {
  this.timeout(60_000)
  const cli = cliForTests()
  before(function () {
    needed(this, Lan.missing())
  })
  const hosts = lanForTests(1)

  it('are those of the documented list', () => {
    const page = readProjectFile('docs/protocol.md')
    const table = page.split('### What listens')[1]?.split('\n\n')[2] ?? ''
    const rows = table.split('\n').slice(2).filter(Boolean)
    const listed = rows.map((row) => {
      const [, what = '', , at = ''] = row.split('|').map((cell) => cell.trim())
      return [what, at]
    })
    const at = { interface: 'the interface', loopback: '127.0.0.1', all: 'all addresses' }
    expect(listed).to.deep.equal(Object.entries(ROWS).map(([what, row]) => [what, at[row.at]]))
  })

  for (const more of [[], ['--insecure', '--yes-insecure-network']]) {
    it(`are where that says, and no others, ${more.length > 0 ? 'without' : 'with'} keys`, async () => {
      const [program, prefix] = hosts.lan.on(1)
      const seats = ['--interface', 'eth0', '--seats', '0']
      const there = { prefix: [program, ...prefix], env: { TEST_APP: uniqueApp(), QUORATE_INTERFACE: '' } }
      const args = [fixtureApp('attacked.ts'), 'Server', ...seats, '--rpc', '0:0', '--json', ...more]
      const run = cli.start(['run', ...args], there)
      await run.line(/"ready"/)
      const joined: { listens: readonly string[] } = JSON.parse(await run.line(/"joined"/))
      const [pid = 0] = run.actorPids
      const count = (at: string): number =>
        Object.values(ROWS).reduce((sum, row) => sum + (row.at === at ? row.of : 0), 0)
      const hasDoor = more.length === 0
      const asked = ['console', 'Server', '--interface', 'eth0', '--exec', 'status']
      expect((await cli.run(asked, there)).code).to.equal(0)
      const { tcp, udp, others } = listenersOf(pid)
      const at = (host: string): string[] => tcp.filter((address) => address.startsWith(`${host}:`))
      expect(at(ON_LAN)).to.have.length(count('interface') - (hasDoor ? 0 : 3))
      expect(at(LOOPBACK)).to.have.length(count('loopback'))
      expect(tcp).to.have.length(at(ON_LAN).length + at(LOOPBACK).length)
      // What it says itself of its ports is among them.
      expect(tcp).to.include.members([...joined.listens])
      expect(udp).to.deep.equal(['0.0.0.0:5353'])
      expect(others).to.deep.equal([])
      expect(listenersOf(run.pid)).to.deep.equal({ tcp: [], udp: [], others: [] })
      run.signal('SIGINT')
      await run.ended
      await eventually(() => !run.actorPids.includes(pid), 'it has ended')
    })
  }

  it('are on loopback alone where there is no other interface', async () => {
    const [program, prefix] = hosts.lan.on(1)
    const run = cli.start(['run', fixtureApp('attacked.ts'), 'Server', '--interface', 'lo', '--json'], {
      prefix: [program, ...prefix],
      env: { TEST_APP: uniqueApp() },
    })
    await run.line(/"joined"/)
    const { tcp } = listenersOf(run.actorPids[0] ?? 0)
    expect(tcp.filter((address) => !address.startsWith(LOOPBACK))).to.deep.equal([])
    expect(tcp).to.have.length(10)
  })
})
