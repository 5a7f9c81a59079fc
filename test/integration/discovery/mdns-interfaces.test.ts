/** mDNS on hosts with several interfaces, none, one that comes later, goes, or changes its address. */
import { expect } from 'chai'
import { skip } from '../../skip.js'
import { Child } from './child.js'
import { Host, whyNoHosts } from './namespaces.js'

describe('mdns: interfaces', () => {
  const hosts: Host[] = []
  const children: Child[] = []
  let why: string | undefined

  before(function () {
    why = whyNoHosts()
    if (why !== undefined) skip(this, why)
  })

  afterEach(async function () {
    // What the actors said explains a failure better than its time-out.
    if (this.currentTest?.state === 'failed') for (const { lines } of children) console.log(lines)
    await Promise.all(children.splice(0).map((child) => child.kill()))
    for (const host of hosts.splice(0)) host.remove()
  })

  function host(letter: string): Host {
    const made = new Host(letter)
    hosts.push(made)
    return made
  }

  function actor(on: Host, networkInterface: string, app: string, records = 1): Child {
    const child = new Child('announcer.ts', [networkInterface, '5353', String(records), app], on.prefix)
    children.push(child)
    return child
  }

  /** Resolves with where an actor of the app was found, the `count`th time. */
  async function found(by: Child, app: string, count = 1): Promise<string | undefined> {
    const of = () => by.of('found').filter((line) => line.app === app)
    await by.until(() => of().length >= count)
    return of()[count - 1]?.host
  }

  it('finds an actor on another host, at its address', async () => {
    const [a, b] = [host('a'), host('b')]
    a.cable('eth0', '10.1.0.1', b, 'eth0', '10.1.0.2')
    const [onA, onB] = [actor(a, 'eth0', 'of-a'), actor(b, '10.1.0.2', 'of-b')]
    expect(await found(onB, 'of-a')).to.equal('10.1.0.1')
    expect(await found(onA, 'of-b')).to.equal('10.1.0.2')
    await onA.stop()
    await onB.untilSaid('gone')
  }).timeout(30_000)

  it('uses the chosen one of several interfaces, and no other', async () => {
    const [a, b, c] = [host('a'), host('b'), host('c')]
    a.cable('eth0', '10.1.0.1', b, 'eth0', '10.1.0.2')
    a.cable('eth1', '10.2.0.1', c, 'eth0', '10.2.0.2')
    const [onB, onC] = [actor(b, 'eth0', 'of-b'), actor(c, 'eth0', 'of-c')]
    const [second, inside] = [actor(a, 'eth1', 'second'), actor(a, '127.0.0.1', 'inside')]
    expect(await found(onC, 'second')).to.equal('10.2.0.1')
    expect(await found(second, 'of-c')).to.equal('10.2.0.2')
    const first = actor(a, 'eth0', 'first')
    expect(await found(onB, 'first')).to.equal('10.1.0.1')
    expect(await found(first, 'of-b')).to.equal('10.1.0.2')
    await inside.untilSaid('ready')
    expect(onB.of('found').map(({ app }) => app)).to.deep.equal(['first'])
    expect(onC.of('found').map(({ app }) => app)).to.deep.equal(['second'])
    expect(inside.of('found')).to.deep.equal([])
  }).timeout(30_000)

  it('starts without an interface, says so once, and works when it is there', async () => {
    const [a, b] = [host('a'), host('b')]
    const [onA, onB] = [actor(a, 'eth0', 'of-a'), actor(b, 'eth0', 'of-b')]
    await Promise.all([onA.untilSaid('ready'), onB.untilSaid('ready')])
    expect((await onA.untilSaid('notice')).what).to.equal('no-interface')
    a.cable('eth0', '10.1.0.1', b, 'eth0', '10.1.0.2')
    expect((await onA.untilSaid('address')).address).to.equal('10.1.0.1')
    expect(await found(onA, 'of-b')).to.equal('10.1.0.2')
    expect(await found(onB, 'of-a')).to.equal('10.1.0.1')
    expect(onA.of('notice')).to.have.length(1)
  }).timeout(30_000)

  it('works on after its interface was removed and made again', async () => {
    const [a, b] = [host('a'), host('b')]
    a.cable('eth0', '10.1.0.1', b, 'eth0', '10.1.0.2')
    const onA = actor(a, 'eth0', 'of-a')
    // The kernel may take a second to see the carrier of a new cable.
    await onA.untilSaid('address')
    a.ip('link', 'del', 'eth0')
    await onA.until(() => onA.of('address').at(-1)?.address === null)
    a.cable('eth0', '10.1.0.1', b, 'eth0', '10.1.0.2')
    await onA.until(() => onA.of('address').at(-1)?.address === '10.1.0.1')
    const onB = actor(b, 'eth0', 'of-b')
    expect(await found(onB, 'of-a')).to.equal('10.1.0.1')
    expect(await found(onA, 'of-b')).to.equal('10.1.0.2')
  }).timeout(30_000)

  it('works on after its interface was replaced between two looks', async () => {
    const [a, b] = [host('a'), host('b')]
    a.cable('eth0', '10.1.0.1', b, 'eth0', '10.1.0.2')
    const onA = actor(a, 'eth0', 'of-a')
    // The kernel may take a second to see the carrier of a new cable.
    await onA.untilSaid('address')
    a.ip('link', 'del', 'eth0')
    a.cable('eth0', '10.1.0.1', b, 'eth0', '10.1.0.2')
    const onB = actor(b, 'eth0', 'of-b')
    expect(await found(onB, 'of-a')).to.equal('10.1.0.1')
    expect(await found(onA, 'of-b')).to.equal('10.1.0.2')
  }).timeout(30_000)

  it('finds a host that was unplugged when both started', async () => {
    const [a, b] = [host('a'), host('b')]
    a.cable('eth0', '10.1.0.1', b, 'eth0', '10.1.0.2')
    b.ip('link', 'set', 'eth0', 'down')
    const [onA, onB] = [actor(a, 'eth0', 'of-a'), actor(b, 'eth0', 'of-b')]
    await Promise.all([onA.untilSaid('ready'), onB.untilSaid('ready')])
    b.ip('link', 'set', 'eth0', 'up')
    expect(await found(onA, 'of-b')).to.equal('10.1.0.2')
    expect(await found(onB, 'of-a')).to.equal('10.1.0.1')
  }).timeout(30_000)

  it('says that its multicast does not come back, and works when it does', async function () {
    const [a, b] = [host('a'), host('b')]
    a.cable('eth0', '10.1.0.1', b, 'eth0', '10.1.0.2')
    try {
      a.run('nft', 'table inet t {\nchain c {\ntype filter hook input priority 0;\nudp dport 5353 drop\n}\n}')
    } catch {
      skip(this, 'needs `nft` of nftables')
    }
    const onA = actor(a, 'eth0', 'of-a')
    await onA.until(() => onA.of('notice').some(({ what }) => what === 'deaf'))
    a.run('nft', 'delete table inet t')
    const onB = actor(b, 'eth0', 'of-b')
    expect(await found(onA, 'of-b')).to.equal('10.1.0.2')
    expect(await found(onB, 'of-a')).to.equal('10.1.0.1')
  }).timeout(30_000)

  it('tells the others when its address changes, and newcomers the new one only', async () => {
    const [a, b] = [host('a'), host('b')]
    a.cable('eth0', '10.1.0.1', b, 'eth0', '10.1.0.2')
    const [onA, onB] = [actor(a, 'eth0', 'of-a'), actor(b, 'eth0', 'of-b')]
    expect(await found(onB, 'of-a')).to.equal('10.1.0.1')
    a.ip('addr', 'del', '10.1.0.1/24', 'dev', 'eth0')
    a.ip('addr', 'add', '10.1.0.9/24', 'dev', 'eth0')
    expect(await found(onB, 'of-a', 2)).to.equal('10.1.0.9')
    expect(onA.of('address').at(-1)?.address).to.equal('10.1.0.9')
    const late = actor(b, 'eth0', 'late')
    expect(await found(late, 'of-a')).to.equal('10.1.0.9')
  }).timeout(30_000)
})
