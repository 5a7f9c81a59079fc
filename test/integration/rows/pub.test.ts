import { expect } from 'chai'
import { limits } from '../../../ports/limits.js'
import { Pub } from '../../../ports/pub.js'
import { Sub } from '../../../ports/sub.js'
import { eventually } from '../../support/eventually.js'
import { Reading } from '../../support/messages.js'
import { TestActors } from '../../support/port-environment.js'
import { BoundPrograms } from './bound.js'

describe('pub', () => {
  const actors = new TestActors()
  const programs = new BoundPrograms()
  afterEach(async () => {
    actors.close()
    await programs.end()
  })

  it('in a process of its own sends to a sub here', async () => {
    const { program, peer } = await programs.start('pub')
    const got: number[] = []
    const sub = await actors.add().open(new Sub(Reading, ({ n }) => got.push(n)))
    sub.update(peer)
    await sub.ready()
    for (const n of ['1', '2', '3']) program.say(n)
    await eventually(() => got.length === 3, 'the messages')
    expect(got).to.deep.equal([1, 2, 3])
  })

  it('sends to all that are subscribed at the time', async () => {
    const there = actors.add()
    const pub = await there.open(new Pub(Reading))
    const subs = await Promise.all([0, 1, 2].map(() => actors.add().open(new Sub(Reading))))
    for (const sub of subs) sub.update(there.peer(pub))
    await Promise.all(subs.map((sub) => sub.ready()))
    pub.send({ n: 4 })
    for (const sub of subs) expect(await sub.recv()).to.deep.equal({ n: 4 })
  })

  it('drops what is sent before a subscription has arrived, unless it keeps it', async () => {
    const there = actors.add()
    const pub = await there.open(new Pub(Reading), 'forgetful')
    const keeping = await there.open(new Pub(Reading, { keep: 1 }), 'keeping')
    for (const port of [pub, keeping]) for (const n of [1, 2]) port.send({ n })
    const here = actors.add()
    const [none, last] = [await here.open(new Sub(Reading)), await here.open(new Sub(Reading))]
    none.update(there.peer(pub))
    last.update(there.peer(keeping))
    await Promise.all([none.ready(), last.ready()])
    for (const port of [pub, keeping]) port.send({ n: 3 })
    expect(await none.recv()).to.deep.equal({ n: 3 })
    expect([await last.recv(), await last.recv()]).to.deep.equal([{ n: 2 }, { n: 3 }])
  })

  it('never blocks: beyond its bound it drops, and counts (RIAPS drops in silence)', async () => {
    const there = actors.add()
    let told = 0
    const pub = new Pub(Reading, {
      onDrop: (messages) => {
        told += messages
      },
    })
    await there.open(pub)
    const sub = await actors.add().open(new Sub(Reading))
    sub.update(there.peer(pub))
    await sub.ready()
    const text = 'x'.repeat(limits.batchBytes)
    const count = limits.turnFrames + limits.queueFrames
    for (let n = 0; n < count; n++) pub.send({ n, text })
    await eventually(() => pub.stats.dropped > 0 && told === pub.stats.dropped, 'what was dropped')
  })
})
