import { expect } from 'chai'
import { Pub } from '../../../ports/pub.js'
import { Sub } from '../../../ports/sub.js'
import { eventually } from '../../support/eventually.js'
import { Reading } from '../../support/messages.js'
import { TestActors } from '../../support/port-environment.js'
import { BoundPrograms } from './bound.js'

describe('sub', () => {
  const actors = new TestActors()
  const programs = new BoundPrograms()
  afterEach(async () => {
    actors.close()
    await programs.end()
  })

  async function pubs(count: number) {
    return Promise.all(
      Array.from({ length: count }, async (_, i) => {
        const environment = actors.add(`Publisher${i}`)
        const pub = await environment.open(new Pub(Reading))
        return { pub, peer: environment.peer(pub) }
      }),
    )
  }

  it('connects to every pub of its type, now and later; its handler knows who sent', async () => {
    const [one, two] = await pubs(2)
    if (!one || !two) throw new Error('no pubs')
    const got: string[] = []
    const sub = await actors.add().open(new Sub(Reading, ({ n }, from) => got.push(`${from.actor} ${n}`)))
    sub.update(one.peer)
    await eventually(() => sub.connected === 1, 'the first')
    one.pub.send({ n: 1 })
    sub.update(two.peer)
    await eventually(() => sub.connected === 2, 'the later one')
    one.pub.send({ n: 2 })
    two.pub.send({ n: 3 })
    await eventually(() => got.length === 3, 'all messages')
    expect(got.sort()).to.deep.equal(['Publisher0 1', 'Publisher0 2', 'Publisher1 3'])
  })

  it('has its handler called once for each message (RIAPS: again and again until it takes it)', async () => {
    const [only] = await pubs(1)
    let calls = 0
    const sub = new Sub(Reading, () => {
      calls++
    })
    await actors.add().open(sub)
    if (!only) throw new Error('no pub')
    sub.update(only.peer)
    await sub.ready()
    for (let n = 0; n < 10; n++) only.pub.send({ n })
    await eventually(() => sub.stats.received === 10, 'all')
    expect(calls).to.equal(10)
  })

  it('reset() gives it a new socket and connects it to all that it knew', async () => {
    const all = await pubs(3)
    const sub = await actors.add().open(new Sub(Reading))
    for (const { peer } of all) sub.update(peer)
    await eventually(() => sub.connected === 3, 'connected')
    await sub.reset()
    await eventually(() => sub.connected === 3, 'connected again')
    for (const [n, { pub }] of all.entries()) pub.send({ n })
    const got = [await sub.recv(), await sub.recv(), await sub.recv()].map(({ n }) => n)
    expect(got.sort()).to.deep.equal([0, 1, 2])
  })

  it('hears a pub in another process, and goes on without it when that is killed', async () => {
    const { program, peer } = await programs.start('pub')
    const [near] = await pubs(1)
    if (!near) throw new Error('no pub')
    const sub = await actors.add().open(new Sub(Reading))
    sub.update(peer)
    sub.update(near.peer)
    await eventually(() => sub.connected === 2, 'both')
    program.say('1')
    expect(await sub.recv()).to.deep.equal({ n: 1 })
    await program.kill()
    await eventually(() => sub.connected === 1, 'the loss')
    near.pub.send({ n: 2 })
    expect(await sub.recv()).to.deep.equal({ n: 2 })
  })
})
