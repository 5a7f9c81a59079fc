import { expect } from 'chai'
import { discoveryLimits } from '../../../discovery/index.js'
import { PortError, portLimits } from '../../../ports/index.js'
import { createTestNetwork, type TestActor, TestingError, type TestNetwork } from '../../../testing/index.js'
import { rejectionOf } from '../../rejection.js'
import { Answerer, Asker, lab, Sink, Source } from './lab.js'

describe('a test network', () => {
  let network: TestNetwork
  beforeEach(() => {
    network = createTestNetwork()
  })
  afterEach(() => network.close())

  /** A source on host a and a sink on host b, connected. */
  async function sourceAndSink(period = 10) {
    const source = await network.start(lab, 'Source', { period }, { host: 'a' })
    const sink = await network.start(lab, 'Sink', {}, { host: 'b' })
    const heard = sink.component(Sink)
    await network.until(() => heard.reading.connected === 1)
    return { source, sink, heard }
  }

  async function asking(afterMs: number) {
    const answerer = await network.start(lab, 'Answerer', { afterMs }, { host: 'a' })
    const asker = await network.start(lab, 'Asker', {}, { host: 'b' })
    const { question } = asker.component(Asker)
    await network.until(() => question.connected === 1)
    return { answerer, asker, question }
  }

  it('connects actors, and delivers in order a delay later', async () => {
    const { heard } = await sourceAndSink()
    await network.advance('1s')
    const last = heard.got.at(-1) ?? 0
    expect(last).to.be.at.least(99)
    expect(heard.got).to.deep.equal(heard.got.map((_, index) => (heard.got[0] ?? 0) + index))
    expect(heard.gaps).to.deep.equal([])
  })

  it('lets exactly so much time pass, for every clock of the program', async () => {
    const [date, monotonic, own] = [Date.now(), performance.now(), network.now]
    await network.advance('2.5s')
    await network.advance(7)
    expect([Date.now() - date, performance.now() - monotonic, network.now - own]).to.deep.equal([
      2507, 2507, 2507,
    ])
    expect(performance.timeOrigin + performance.now()).to.equal(Date.now())
  })

  it('until() stops where the condition holds, and fails where it never does', async () => {
    const { source } = await sourceAndSink(100)
    const { tick } = source.component(Source)
    const before = tick.stats.received
    const startedMs = network.now
    await network.until(() => tick.stats.received === before + 3)
    expect(network.now - startedMs).to.be.within(200, 300)
    const error = await rejectionOf(network.until(() => tick.late > 0, '5min'))
    expect(error).to.be.instanceOf(TestingError).with.property('code', 'not-reached')
  })

  it('local ports reach each other on one host only', async () => {
    const { heard } = await sourceAndSink()
    const near = await network.start(lab, 'Sink', {}, { host: 'a' })
    const { nearby } = near.component(Sink)
    await network.until(() => nearby.connected === 1)
    expect(heard.nearby.connected).to.equal(0)
  })

  it('an answer that comes late is counted, and the asker hears of the time-out in time', async () => {
    const { question } = await asking(1500)
    const askedMs = network.now
    const error = await rejectionOf(network.settled(question.ask({ n: 1 })))
    expect(error).to.be.instanceOf(PortError).with.property('code', 'timeout')
    expect(network.now - askedMs).to.be.within(1000, 1010)
    expect(question.stats.late).to.equal(0)
    await network.until(() => question.stats.late === 1, '1s')
  })

  it('a port that is reset connects again, and the request under way is rejected', async () => {
    const { question } = await asking(500)
    const rejected = rejectionOf(network.settled(question.ask({ n: 1 })))
    await network.settled(question.reset())
    expect(await rejected)
      .to.be.instanceOf(PortError)
      .with.property('code', 'closed')
    await network.until(() => question.connected === 1)
    expect(await network.settled(question.ask({ n: 21 }))).to.deep.equal({ n: 42 })
  })

  it('an answering port that is reset is found at its new address', async () => {
    const { answerer, question } = await asking(0)
    const { question: answers } = answerer.component(Answerer)
    const before = answers.endpoint
    await network.settled(answers.reset())
    expect(answers.endpoint).not.to.equal(before)
    await network.until(() => question.connected === 0)
    await network.until(() => question.connected === 1)
    expect(await network.settled(question.ask({ n: 1 }))).to.deep.equal({ n: 2 })
  })

  it('a cut that is healed in time loses nothing: all comes late', async () => {
    const { source, sink, heard } = await sourceAndSink(100)
    const before = heard.got.length
    network.cut(source, sink)
    await network.advance('2s')
    expect(heard.got.length).to.be.within(before, before + 1)
    expect(heard.peers.map(({ state }) => state)).to.deep.equal(['connected'])
    network.heal(source, sink)
    await network.advance(5)
    expect(heard.got.length - before).to.be.within(19, 21)
    expect(heard.gaps).to.deep.equal([])
  })

  it('a peer behind a cut cable is gone after the time-out for peers, and comes back', async () => {
    const { source, sink, heard } = await sourceAndSink(100)
    network.cut('a', 'b')
    const cutMs = network.now
    await network.until(() => heard.peers.at(-1)?.state === 'disconnected')
    expect(network.now - cutMs).to.be.within(
      discoveryLimits.peerTimeoutMs - discoveryLimits.beatMs - 500,
      discoveryLimits.peerTimeoutMs,
    )
    expect(heard.reading.connected).to.equal(0)
    await network.advance('2min')
    network.heal(source, sink)
    await network.until(() => heard.reading.connected === 1, '35s')
    expect(heard.peers.map(({ state }) => state)).to.deep.equal(['connected', 'disconnected', 'connected'])
  })

  it('a cut longer than TCP endures breaks connections, and what was sent meanwhile is a gap', async () => {
    const { source, sink, heard } = await sourceAndSink(100)
    const { reading } = source.component(Source)
    const before = heard.got.at(-1) ?? 0
    network.cut(source, sink)
    await network.advance(portLimits.deadConnectionMs - 10)
    expect(reading.connected).to.equal(1)
    await network.advance(20)
    expect(reading.connected).to.equal(0)
    network.heal(source, sink)
    await network.until(() => heard.got.length > 0 && (heard.got.at(-1) ?? 0) > before, '1min')
    const after = heard.got.find((n) => n > before) ?? 0
    expect(after - before).to.be.above(100)
  })

  it('a gap is told where a subscriber does not keep up', async () => {
    const { source, heard } = await sourceAndSink()
    const component = source.component(Source)
    component.tick.halt()
    await network.advance(10)
    const before = heard.got.length
    // Each turn of the event loop is one frame: more of them than wait on both sides.
    network.cut('a', 'b')
    for (let n = 0; n < 2500; n++) {
      component.next()
      await new Promise((resolve) => process.nextTick(resolve))
    }
    network.heal('a', 'b')
    await network.advance('1s')
    const missed = heard.gaps.reduce((sum, n) => sum + n, 0)
    expect(missed).to.be.above(0)
    expect(heard.got.length - before + missed).to.equal(2500)
    expect(component.reading.stats.dropped).to.equal(missed)
  })

  it('a killed actor says no goodbye: its peers see the connection break at once', async () => {
    const { source, heard } = await sourceAndSink(100)
    source.kill()
    const killedMs = network.now
    await network.until(() => heard.peers.at(-1)?.state === 'disconnected')
    expect(network.now - killedMs).to.be.below(10)
    const told = source.events.length
    await network.advance('10s')
    expect(source.events.length).to.equal(told)
  })

  it('what the runtime itself warns of stands apart from what components log', async () => {
    const { source, sink } = await sourceAndSink(100)
    source.kill()
    await network.until(() => sink.warnings.length > 0)
    expect(sink.warnings.join()).to.match(/directory \S+ does not answer/)
    expect(sink.log).to.deep.equal(['Source connected', 'Source disconnected'])
  })

  it('an actor that stops says goodbye, and its log ends with it', async () => {
    const { source, sink, heard } = await sourceAndSink(100)
    await source.stop()
    expect(source.events.at(-1)).to.include({ event: 'stopped' })
    await network.until(() => heard.peers.at(-1)?.state === 'disconnected')
    expect(sink.events.find(({ event }) => event === 'disconnected')).to.include({ why: 'it stopped' })
    expect(sink.log.slice(-2)).to.deep.equal(['Source connected', 'Source disconnected'])
  })

  it('says which components an actor has where a test asks for another', async () => {
    const { sink } = await sourceAndSink()
    expect(sink.component('sink')).to.equal(sink.component(Sink))
    expect(() => sink.component(Source)).to.throw(
      TestingError,
      'no component of class Source; it has sink (Sink)',
    )
  })

  it('has no cable from a host to itself', async () => {
    expect(() => network.cut('a', 'a')).to.throw(TestingError, 'no cable from the host a to itself')
  })

  it('refuses a delay that is none, and leaves the clock alone', async () => {
    await network.close()
    for (const delayMs of [-1, Number.NaN, { min: 5, max: 1 }]) {
      expect(() => createTestNetwork({ delayMs }))
        .to.throw()
        .with.property('code', 'bad-option')
    }
    network = createTestNetwork({ delayMs: 0 })
    const { heard } = await sourceAndSink()
    await network.advance('1s')
    expect(heard.got.length).to.be.above(90)
  })

  it('has the virtual clock for itself, and gives it back', async () => {
    expect(() => createTestNetwork()).to.throw(TestingError, 'close() the network that holds it')
    await network.close()
    await network.close()
    const from = performance.now()
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(performance.now() - from).to.be.above(3)
    expect(Math.abs(performance.timeOrigin + performance.now() - Date.now())).to.be.below(60_000)
  })

  it('a minute of a 10 ms timer takes a moment', async () => {
    const source = await network.start(lab, 'Source')
    const from = process.hrtime.bigint()
    await network.advance('1min')
    expect(source.component(Source).tick.stats.received).to.be.within(5999, 6000)
    expect(Number(process.hrtime.bigint() - from) / 1e6).to.be.below(5000)
  })
})

describe('two runs of a test network', () => {
  async function run(seed: number): Promise<readonly object[]> {
    const network = createTestNetwork({ seed, delayMs: { min: 1, max: 20 } })
    try {
      const actors: TestActor[] = []
      for (const host of ['a', 'b', 'c']) actors.push(await network.start(lab, 'Sink', {}, { host }))
      const source = await network.start(lab, 'Source', { period: 7 }, { host: 'a' })
      await network.advance('5s')
      network.cut('a', 'b')
      await network.advance('20s')
      network.heal('a', 'b')
      await network.advance('40s')
      source.kill()
      await network.advance('1s')
      return [...actors, source].flatMap(({ events }) => events)
    } finally {
      await network.close()
    }
  }

  it('with one seed tell the same events at the same times; with another, others', async () => {
    const first = await run(7)
    expect(first.length).to.be.above(20)
    expect(await run(7)).to.deep.equal(first)
    expect(await run(8)).not.to.deep.equal(first)
  })
})
