/** mDNS on hosts with several interfaces, none, one that comes later, goes, or changes its address. */
import { expect } from 'chai'
import { skip } from '../../skip.js'
import { sideBySide } from '../../support/side-by-side.js'
import { Child } from './child.js'
import { Host, whyNoFirewall, whyNoHosts } from './namespaces.js'

/** Tests at a time: most of the time they wait, for carriers, first questions and looks at interfaces. */
const AT_ONCE = 8

/** The hosts and actors of one test. */
class Site {
  readonly #hosts: Host[] = []
  readonly #children: Child[] = []

  host(letter: string): Host {
    const made = new Host(letter)
    this.#hosts.push(made)
    return made
  }

  actor(on: Host, networkInterface: string, app: string, records = 1): Child {
    const child = new Child('announcer.ts', [networkInterface, '5353', String(records), app], on.prefix)
    this.#children.push(child)
    return child
  }

  /** What the actors said explains a failure better than its time-out. */
  tell(): void {
    for (const { lines } of this.#children) console.log(lines)
  }

  async end(): Promise<void> {
    await Promise.all(this.#children.splice(0).map((child) => child.kill()))
    for (const host of this.#hosts.splice(0)) host.remove()
  }
}

/** Resolves with where an actor of the app was found, the `count`th time. */
async function found(by: Child, app: string, count = 1): Promise<string | undefined> {
  const of = () => by.of('found').filter((line) => line.app === app)
  await by.until(() => of().length >= count)
  return of()[count - 1]?.host
}

describe('mdns: interfaces', function () {
  this.timeout(30_000)
  const beside = sideBySide(AT_ONCE)
  const open = new Set<Site>()

  before(function () {
    const why = whyNoHosts()
    if (why !== undefined) skip(this, why)
  })

  // Of tests that failed.
  after(async () => {
    for (const site of open) {
      site.tell()
      await site.end()
    }
  })

  function test(title: string, body: (site: Site) => Promise<void>, whyNot?: () => string | undefined): void {
    const inSite = async (): Promise<void> => {
      const site = new Site()
      open.add(site)
      await body(site)
      open.delete(site)
      await site.end()
    }
    beside(title, inSite, whyNot)
  }

  test('finds an actor on another host, at its address', async (site) => {
    const [a, b] = [site.host('a'), site.host('b')]
    a.cable('eth0', '10.1.0.1', b, 'eth0', '10.1.0.2')
    const [onA, onB] = [site.actor(a, 'eth0', 'of-a'), site.actor(b, '10.1.0.2', 'of-b')]
    expect(await found(onB, 'of-a')).to.equal('10.1.0.1')
    expect(await found(onA, 'of-b')).to.equal('10.1.0.2')
    await onA.stop()
    await onB.untilSaid('gone')
  })

  test('uses the chosen one of several interfaces, and no other', async (site) => {
    const [a, b, c] = [site.host('a'), site.host('b'), site.host('c')]
    a.cable('eth0', '10.1.0.1', b, 'eth0', '10.1.0.2')
    a.cable('eth1', '10.2.0.1', c, 'eth0', '10.2.0.2')
    const [onB, onC] = [site.actor(b, 'eth0', 'of-b'), site.actor(c, 'eth0', 'of-c')]
    const [second, inside] = [site.actor(a, 'eth1', 'second'), site.actor(a, '127.0.0.1', 'inside')]
    expect(await found(onC, 'second')).to.equal('10.2.0.1')
    expect(await found(second, 'of-c')).to.equal('10.2.0.2')
    const first = site.actor(a, 'eth0', 'first')
    expect(await found(onB, 'first')).to.equal('10.1.0.1')
    expect(await found(first, 'of-b')).to.equal('10.1.0.2')
    await inside.untilSaid('ready')
    expect(onB.of('found').map(({ app }) => app)).to.deep.equal(['first'])
    expect(onC.of('found').map(({ app }) => app)).to.deep.equal(['second'])
    expect(inside.of('found')).to.deep.equal([])
  })

  test('starts without an interface, says so once, and works when it is there', async (site) => {
    const [a, b] = [site.host('a'), site.host('b')]
    const [onA, onB] = [site.actor(a, 'eth0', 'of-a'), site.actor(b, 'eth0', 'of-b')]
    await Promise.all([onA.untilSaid('ready'), onB.untilSaid('ready')])
    expect((await onA.untilSaid('notice')).what).to.equal('no-interface')
    a.cable('eth0', '10.1.0.1', b, 'eth0', '10.1.0.2')
    expect((await onA.untilSaid('address')).address).to.equal('10.1.0.1')
    expect(await found(onA, 'of-b')).to.equal('10.1.0.2')
    expect(await found(onB, 'of-a')).to.equal('10.1.0.1')
    expect(onA.of('notice')).to.have.length(1)
  })

  test('works on after its interface was removed and made again', async (site) => {
    const [a, b] = [site.host('a'), site.host('b')]
    a.cable('eth0', '10.1.0.1', b, 'eth0', '10.1.0.2')
    const onA = site.actor(a, 'eth0', 'of-a')
    // The kernel may take a second to see the carrier of a new cable.
    await onA.untilSaid('address')
    a.ip('link', 'del', 'eth0')
    await onA.until(() => onA.of('address').at(-1)?.address === null)
    a.cable('eth0', '10.1.0.1', b, 'eth0', '10.1.0.2')
    await onA.until(() => onA.of('address').at(-1)?.address === '10.1.0.1')
    const onB = site.actor(b, 'eth0', 'of-b')
    expect(await found(onB, 'of-a')).to.equal('10.1.0.1')
    expect(await found(onA, 'of-b')).to.equal('10.1.0.2')
  })

  test('works on after its interface was replaced between two looks', async (site) => {
    const [a, b] = [site.host('a'), site.host('b')]
    a.cable('eth0', '10.1.0.1', b, 'eth0', '10.1.0.2')
    const onA = site.actor(a, 'eth0', 'of-a')
    // The kernel may take a second to see the carrier of a new cable.
    await onA.untilSaid('address')
    a.ip('link', 'del', 'eth0')
    a.cable('eth0', '10.1.0.1', b, 'eth0', '10.1.0.2')
    const onB = site.actor(b, 'eth0', 'of-b')
    expect(await found(onB, 'of-a')).to.equal('10.1.0.1')
    expect(await found(onA, 'of-b')).to.equal('10.1.0.2')
  })

  test('finds a host that was unplugged when both started', async (site) => {
    const [a, b] = [site.host('a'), site.host('b')]
    a.cable('eth0', '10.1.0.1', b, 'eth0', '10.1.0.2')
    b.ip('link', 'set', 'eth0', 'down')
    const [onA, onB] = [site.actor(a, 'eth0', 'of-a'), site.actor(b, 'eth0', 'of-b')]
    await Promise.all([onA.untilSaid('ready'), onB.untilSaid('ready')])
    b.ip('link', 'set', 'eth0', 'up')
    expect(await found(onA, 'of-b')).to.equal('10.1.0.2')
    expect(await found(onB, 'of-a')).to.equal('10.1.0.1')
  })

  test(
    'says that its multicast does not come back, and works when it does',
    async (site) => {
      const [a, b] = [site.host('a'), site.host('b')]
      a.cable('eth0', '10.1.0.1', b, 'eth0', '10.1.0.2')
      a.run('nft', 'table inet t {\nchain c {\ntype filter hook input priority 0;\nudp dport 5353 drop\n}\n}')
      const onA = site.actor(a, 'eth0', 'of-a')
      await onA.until(() => onA.of('notice').some(({ what }) => what === 'deaf'))
      a.run('nft', 'delete table inet t')
      const onB = site.actor(b, 'eth0', 'of-b')
      expect(await found(onA, 'of-b')).to.equal('10.1.0.2')
      expect(await found(onB, 'of-a')).to.equal('10.1.0.1')
    },
    whyNoFirewall,
  )

  test('tells the others when its address changes, and newcomers the new one only', async (site) => {
    const [a, b] = [site.host('a'), site.host('b')]
    a.cable('eth0', '10.1.0.1', b, 'eth0', '10.1.0.2')
    const [onA, onB] = [site.actor(a, 'eth0', 'of-a'), site.actor(b, 'eth0', 'of-b')]
    expect(await found(onB, 'of-a')).to.equal('10.1.0.1')
    a.ip('addr', 'del', '10.1.0.1/24', 'dev', 'eth0')
    a.ip('addr', 'add', '10.1.0.9/24', 'dev', 'eth0')
    expect(await found(onB, 'of-a', 2)).to.equal('10.1.0.9')
    expect(onA.of('address').at(-1)?.address).to.equal('10.1.0.9')
    const late = site.actor(b, 'eth0', 'late')
    expect(await found(late, 'of-a')).to.equal('10.1.0.9')
  })
})
