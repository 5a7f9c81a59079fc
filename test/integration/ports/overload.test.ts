import { expect } from 'chai'
import { limits } from '../../../ports/limits.js'
import { Pub } from '../../../ports/pub.js'
import { Sub } from '../../../ports/sub.js'
import { deferred, eventually } from '../../support/eventually.js'
import { Anything } from '../../support/messages.js'
import { TestActors } from '../../support/port-environment.js'
import { Program } from '../../support/program.js'

/** Large enough to fill what TCP holds soon; small enough not to be cut into frames of their own. */
const LOAD = 'x'.repeat(60_000)
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('overload', () => {
  const actors = new TestActors()
  const programs: Program[] = []
  afterEach(async () => {
    actors.close()
    for (const program of programs.splice(0)) await program.kill()
  })

  it('costs only the slow subscriber, and every message it missed is counted', async function () {
    this.timeout(30_000)
    const warnings: Error[] = []
    const warned = (warning: Error) => warnings.push(warning)
    process.on('warning', warned)
    const environment = actors.add('Publisher')
    const drops: number[] = []
    const pub = await environment.open(new Pub(Anything, { onDrop: (messages) => drops.push(messages) }))
    const got: unknown[] = []
    const good = await actors.add().open(new Sub(Anything, (value) => got.push(value)))
    good.update(environment.peer(pub))
    const slow = new Program(new URL('programs/subscriber.ts', import.meta.url), [
      JSON.stringify(environment.peer(pub)),
    ])
    programs.push(slow)
    expect(await slow.hear()).to.equal('connected')
    await eventually(() => good.connected === 1, 'the good one is connected')
    slow.pause()
    let sent = 0
    const send = async () => {
      pub.send(`${sent++}:${LOAD}`)
      await turn()
      // Nobody but the one that is stopped may be late.
      await eventually(() => got.length >= sent - 20, 'the good one keeps up')
    }
    while (pub.stats.dropped < 50) await send()
    slow.resume()
    await eventually(() => got.length === sent, 'the good one has all')
    expect(good.stats).to.include({ missed: 0, received: sent })
    const counted = await report(slow, () => {
      pub.send(`${sent++}:`)
      return sent
    })
    expect(counted.received + counted.missed).to.equal(sent)
    expect(counted.missed).to.equal(pub.stats.dropped)
    expect(counted.gaps).to.equal(counted.missed)
    expect(drops.reduce((sum, n) => sum + n, 0)).to.equal(pub.stats.dropped)
    expect(environment.told('full')[0]).to.contain('does not keep up')
    process.off('warning', warned)
    expect(warnings).to.deep.equal([])
  })

  /** What the program counted, as soon as it has seen the last message that `nudge` sends. */
  async function report(program: Program, nudge: () => number) {
    const until = performance.now() + 8000
    for (;;) {
      const sent = nudge()
      await turn()
      program.say('report')
      const counted: { received: number; missed: number; gaps: number } = JSON.parse(await program.hear())
      if (counted.received + counted.missed === sent || performance.now() > until) return counted
    }
  }

  it('stops reading where a handler does not keep up, and goes on where it stopped', async () => {
    const environment = actors.add('Publisher')
    const pub = await environment.open(new Pub(Anything))
    const gate = deferred()
    const there = actors.add('Slow')
    let handled = 0
    const sub = new Sub(Anything, async () => {
      handled++
      await gate.promise
    })
    await there.open(sub)
    sub.update(environment.peer(pub))
    await eventually(() => sub.connected === 1, 'connected')
    let sent = 0
    while (pub.stats.dropped === 0) {
      for (let i = 0; i < 20; i++) pub.send(`${sent++}:${LOAD}`)
      await turn()
    }
    // One that is handled, a full mailbox, and at most a frame beyond it.
    expect(sub.stats.received).to.be.at.most(limits.mailboxMessages + 10)
    expect(there.isFull).to.equal(true)
    expect(handled).to.equal(1)
    gate.resolve()
    await eventually(() => handled + pub.stats.dropped === sent, 'all that was not dropped is handled')
    // Nothing more is sent: the loss shows all the same.
    await eventually(() => handled + sub.stats.missed === sent, 'the gap shows')
    expect(sub.stats.missed).to.equal(pub.stats.dropped)
    pub.send('the last')
    await eventually(() => handled + sub.stats.missed === sent + 1, 'the next comes through')
  })

  it('costs the others not even the last message before the end', async () => {
    const environment = actors.add('Publisher')
    const pub = await environment.open(new Pub(Anything))
    const hold = deferred()
    const slow = await actors.add('Slow').open(new Sub(Anything, () => hold.promise))
    const got: unknown[] = []
    const good = await actors.add('Good').open(new Sub(Anything, (value) => got.push(value)))
    for (const sub of [slow, good]) sub.update(environment.peer(pub))
    await eventually(() => slow.connected === 1 && good.connected === 1, 'connected')
    let sent = 0
    while (pub.stats.dropped === 0) {
      for (let i = 0; i < 20; i++) pub.send(`${sent++}:${LOAD}`)
      await turn()
    }
    // On a busy machine the good one may be late, too.
    await eventually(() => got.length + good.stats.missed === sent, 'the good one is up to date')
    // The slow one has no room, so the socket takes nothing for all.
    pub.send(LOAD)
    pub.send('the last')
    // Longer than a busy machine takes to read what the sockets hold.
    pub.close(8000)
    await eventually(() => got.at(-1) === 'the last', 'the last message')
    hold.resolve()
  })

  it('lets what recv() does not fetch wait in its bound, and loses nothing of it', async () => {
    const environment = actors.add('Publisher')
    const pub = await environment.open(new Pub(Anything))
    const sub = await actors.add().open(new Sub(Anything))
    sub.update(environment.peer(pub))
    await eventually(() => sub.connected === 1, 'connected')
    const count = limits.inboxMessages * 3
    for (let n = 0; n < count; n++) {
      pub.send(n)
      if (n % 10 === 9) await turn()
    }
    await eventually(() => sub.stats.received >= limits.inboxMessages, 'the inbox is full')
    expect(sub.stats.received).to.be.at.most(limits.inboxMessages + 10)
    for (let n = 0; n < count; n++) expect(await sub.recv({ timeout: 5000 })).to.equal(n)
    expect([sub.stats.missed, pub.stats.dropped]).to.deep.equal([0, 0])
  })

  it('drops what one turn sends beyond its bound, and shows it as a gap', async () => {
    const environment = actors.add('Publisher')
    const pub = await environment.open(new Pub(Anything, { keep: 1 }))
    const got: unknown[] = []
    const sub = await actors.add().open(new Sub(Anything, (value) => got.push(value)))
    sub.update(environment.peer(pub))
    await eventually(() => sub.connected === 1, 'connected')
    const count = limits.turnFrames + 500
    for (let n = 0; n < count; n++) pub.send(n)
    await eventually(() => got.length + pub.stats.dropped === count, 'all that was not dropped')
    expect(pub.stats.dropped).to.be.at.least(490)
    pub.send(count)
    await eventually(() => got.at(-1) === count, 'the last message')
    expect(sub.stats.missed).to.equal(pub.stats.dropped)
  })

  it('calls onDrop of a busy component once for all that was dropped meanwhile', async () => {
    const environment = actors.add('Publisher')
    const gate = deferred()
    const drops: number[] = []
    const pub = await environment.open(new Pub(Anything, { keep: 1, onDrop: (n) => drops.push(n) }))
    environment.turns.run(pub, () => gate.promise, undefined, undefined)
    for (let n = 0; n < limits.turnFrames + 300; n++) pub.send(n)
    expect(environment.isFull).to.equal(false)
    gate.resolve()
    await eventually(() => drops.length > 0, 'onDrop is called')
    expect(drops).to.deep.equal([pub.stats.dropped])
  })
})
