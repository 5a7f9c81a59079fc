/** Two networks that cannot see each other, with a bridge between them. */
import { expect } from 'chai'
import { z } from 'zod'
import {
  answers,
  asks,
  bridge,
  bridgeLimits,
  codeOverBridge,
  hears,
  says,
} from '../../../communicator/index.js'
import { Component, message } from '../../../runtime/index.js'
import { rejectionOf } from '../../rejection.js'
import { ActorsForTests } from '../../support/actors-for-tests.js'
import { until } from '../../support/events.js'
import { freePort } from '../../support/free-port.js'
import {
  Answer,
  Answering,
  Asking,
  Hearing,
  Question,
  Reading,
  Saying,
  Silent,
  TwoPlants,
  untilBack,
} from './plants.js'

const LANES = {
  reading: says(Reading),
  questions: answers('ans', Question, Answer),
  requests: answers('rep', Question, Answer),
  calls: answers('srv', Question, Answer),
}
const BACK = {
  reading: hears(Reading),
  questions: asks('ans', Question, Answer),
  requests: asks('rep', Question, Answer),
  calls: asks('srv', Question, Answer),
}

describe('a bridge', function () {
  this.timeout(60_000)
  const actors = new ActorsForTests()
  let plants: TwoPlants
  beforeEach(() => {
    plants = new TwoPlants(actors)
  })
  afterEach(() => plants.close())

  for (const [side, lanes] of [
    ['where it listens', LANES],
    ['where it dials', BACK],
  ] as const) {
    it(`carries what is said and what is asked from ${side}`, async () => {
      const { north, south } = plants
      await plants.join(lanes)
      const [home, away] = lanes === LANES ? [north, south] : [south, north]
      const saying = await home.start(Saying)
      const hearing = await away.start(Hearing)
      await home.start(Answering)
      const asking = await away.start(Asking)
      await untilSaid(saying, hearing)
      for (let n = 0; n < 100; n++) saying.reading.send({ n })
      saying.reading.sendBytes(Buffer.from('a picture'))
      await until(() => hearing.numbers.length === 100 && hearing.pieces.length === 1)
      expect(hearing.numbers).to.deep.equal(upTo(100))
      expect(hearing.pieces).to.deep.equal(['a picture'])
      await untilAnswered(asking)
      const many = await Promise.all(upTo(20).map((n) => asking.questions.ask({ n })))
      expect(many.map(({ double }) => double)).to.deep.equal(upTo(20).map((n) => 2 * n))
      expect(String(await asking.questions.askBytes(Buffer.from('as it is')))).to.equal('as it is')
      await asking.requests.send({ n: 4 })
      await until(() => asking.replies.includes(8))
      expect(await asking.calls.call({ n: 5 })).to.deep.equal({ double: 10 })
    })
  }

  for (const scheme of ['http', 'grpc', 'inproc']) {
    it(`goes over ${scheme}`, async () => {
      const { north, south } = plants
      await plants.joinBy(`${scheme}://127.0.0.1:${await freePort()}`, LANES)
      const [saying, hearing] = [await north.start(Saying), await south.start(Hearing)]
      await north.start(Answering)
      await untilAnswered(await south.start(Asking))
      await untilSaid(saying, hearing)
      for (const n of upTo(10)) saying.reading.send({ n })
      await until(() => hearing.numbers.length === 10)
    })
  }

  it('tells who asks why there is no answer, by the code that the port there has for it', async () => {
    const { north, south } = plants
    await plants.join(LANES)
    const asking = await south.start(Asking)
    await until(() => asking.questions.connected + asking.calls.connected === 2)
    const codes = async () => {
      const all = [
        asking.questions.ask({ n: -1 }),
        asking.calls.call({ n: -1 }),
        asking.requests.send({ n: -1 }),
      ]
      return Promise.all(all.map(async (each) => codeOverBridge(await rejectionOf(each))))
    }
    await untilIs(codes, ['not-connected', 'not-connected', 'not-connected'])
    await north.start(Answering)
    await untilIs(codes, ['remote', 'remote', 'remote'])
    expect(String(await rejectionOf(asking.questions.ask({ n: -1 })))).to.contain('too little')
  })

  it('gives up what is not answered in the time of its lane', async () => {
    await plants.join({ questions: answers('ans', Question, Answer, { timeout: 200 }) })
    const asking = await plants.south.start(Asking)
    await plants.north.start(Silent)
    await until(() => asking.questions.connected === 1)
    await untilIs(async () => codeOverBridge(await rejectionOf(asking.questions.ask({ n: 1 }))), 'timeout')
  })

  it('goes on after a cut, where it was: what was said meanwhile comes, in order and once', async () => {
    const { north, south } = plants
    await plants.join(LANES)
    const [saying, hearing] = [await north.start(Saying), await south.start(Hearing)]
    await north.start(Answering)
    const asking = await south.start(Asking)
    await untilAnswered(asking)
    await untilSaid(saying, hearing)
    saying.reading.send({ n: 0 })
    await until(() => hearing.numbers.length === 1)
    plants.proxy?.cut(true)
    for (let n = 1; n <= 500; n++) saying.reading.send({ n })
    const asked = asking.questions.ask({ n: 21 }, { timeout: 30_000 })
    await south.gateLog.saying('north.Gate is not connected')
    plants.proxy?.mend()
    expect(await asked).to.deep.equal({ double: 42 })
    await untilBack(() => hearing.numbers.length === 501)
    expect(hearing.numbers).to.deep.equal(upTo(501))
  })

  it('goes on where an end was started anew', async () => {
    const { north, south } = plants
    await plants.join(LANES)
    const [saying, hearing] = [await north.start(Saying), await south.start(Hearing)]
    await untilSaid(saying, hearing)
    await south.gate?.stop()
    await until(() => hearing.reading.connected === 0)
    await plants.restartSouth(BACK)
    await until(() => hearing.reading.connected === 1)
    let n = 0
    await untilBack(() => {
      saying.reading.send({ n: n++ })
      return hearing.numbers.length > 10
    })
    expect(hearing.numbers).to.deep.equal([...hearing.numbers].sort((a, b) => a - b))
  })

  it('drops the oldest where the way does not keep up, and counts what never came', async () => {
    const { north, south } = plants
    await plants.join(LANES)
    const [saying, hearing] = [await north.start(Saying), await south.start(Hearing)]
    await untilSaid(saying, hearing)
    saying.reading.send({ n: 0 })
    await until(() => hearing.numbers.length === 1)
    plants.proxy?.stall()
    // More than sessions keep for a peer that is away, and than waits in a lane.
    for (const at of upTo(60)) {
      saying.reading.sendBytes(Buffer.alloc(500_000, at))
      await new Promise(setImmediate)
    }
    saying.reading.send({ n: 1 })
    await north.gateLog.saying('does not keep up')
    plants.proxy?.cut()
    await untilBack(() => hearing.numbers.at(-1) === 1)
    await south.gateLog.saying('never came')
    expect(hearing.pieces.length).to.be.below(60)
  })

  it('carries nothing by a lane of which both ends mean something else, and both say what', async () => {
    const Other = message('Reading', z.object({ n: z.string() }))
    await plants.join({ reading: says(Reading) }, { reading: hears(Other) })
    const { msg } = await plants.north.gateLog.saying('does not carry: bridge-mismatch')
    expect(msg).to.contain('the lane reading: Reading: at value.n: number here, string there')
    const there = await plants.south.gateLog.saying('does not carry: bridge-mismatch')
    expect(there.msg).to.contain('the lane reading: Reading: at value.n: string here, number there')
  })

  it('notices that the other end was started anew with another schema, and when it is mended', async () => {
    const Other = message('Reading', z.object({ n: z.string() }))
    const { north, south } = plants
    await plants.join({ reading: says(Reading) })
    const [saying, hearing] = [await north.start(Saying), await south.start(Hearing)]
    await untilSaid(saying, hearing)
    saying.reading.send({ n: 1 })
    await until(() => hearing.numbers.length === 1)
    await south.gate?.stop()
    await plants.restartSouth({ reading: hears(Other) })
    await north.gateLog.saying('does not carry: bridge-mismatch')
    await south.gate?.stop()
    await plants.restartSouth({ reading: hears(Reading) })
    await until(() => hearing.reading.connected === 1)
    await untilBack(() => {
      saying.reading.send({ n: 2 })
      return hearing.numbers.includes(2)
    })
  })

  it('tells what its lanes carried, and whether the other end is there', async () => {
    const { north, south } = plants
    await plants.join({ reading: says(Reading) })
    const [saying, hearing] = [await north.start(Saying), await south.start(Hearing)]
    await untilSaid(saying, hearing)
    await until(() => north.gateProperty('isConnected') === true)
    saying.reading.send({ n: 1 })
    saying.reading.sendBytes(Buffer.alloc(bridgeLimits.messageBytes + 1))
    saying.reading.send({ n: 2 })
    await until(() => hearing.numbers.length === 2)
    const none = { carried: 0, dropped: 0, refused: 0, missed: 0 }
    const counted = [
      { ...none, carried: 2, dropped: 1 },
      { ...none, carried: 2, missed: 1 },
    ]
    await until(() => {
      const told = [north.gateProperty('lanes'), south.gateProperty('lanes')]
      return JSON.stringify(told) === JSON.stringify(counted.map((reading) => ({ reading })))
    })
    plants.proxy?.cut(true)
    await until(() => north.gateProperty('isConnected') === false)
  })

  it('keeps at the other end what a lane says is to be kept', async () => {
    const { north, south } = plants
    await plants.join({ reading: says(Reading, { keep: 1 }) })
    const [saying, early] = [await north.start(Saying), await south.start(Hearing)]
    await untilSaid(saying, early)
    for (const n of [1, 2]) saying.reading.send({ n })
    await until(() => early.numbers.length === 2)
    const late = await south.start(Hearing)
    await until(() => late.numbers.length === 1)
    expect(late.numbers).to.deep.equal([2])
  })

  it('says which lane the other end lacks', async () => {
    await plants.join({ reading: says(Reading) }, { other: hears(Reading) })
    const { msg } = await plants.north.gateLog.saying('does not carry: bridge-no-lane')
    expect(msg).to.contain('there is no lane "reading"; there are other')
  })

  it('hands on what was said, and not what a schema made of it', async () => {
    const Timed = message('Timed', z.object({ at: z.string().transform(Number) }))
    const heard: number[] = []
    class Talks extends Component {
      readonly timed = this.pub(Timed)
    }
    class Listens extends Component {
      readonly timed = this.sub(Timed, ({ at }) => heard.push(at))
    }
    await plants.join({ timed: says(Timed) })
    const talks = await plants.north.start(Talks)
    const listens = await plants.south.start(Listens)
    await until(() => talks.timed.connected === 1 && listens.timed.connected === 1)
    talks.timed.send({ at: '17' })
    await until(() => heard.length === 1)
    expect(heard).to.deep.equal([17])
  })

  it('does not carry back what it brought', async () => {
    const { north, south } = plants
    await plants.join({ there: says(Reading), back: hears(Reading) })
    const [saysNorth, saysSouth] = [await north.start(Saying), await south.start(Saying)]
    const [hearsNorth, hearsSouth] = [await north.start(Hearing), await south.start(Hearing)]
    await until(() => saysNorth.reading.connected === 2 && saysSouth.reading.connected === 2)
    await until(() => hearsNorth.reading.connected === 2 && hearsSouth.reading.connected === 2)
    saysNorth.reading.send({ n: 1 })
    await until(() => hearsSouth.numbers.length === 1)
    saysSouth.reading.send({ n: 2 })
    await until(() => hearsNorth.numbers.includes(2))
    saysNorth.reading.send({ n: 3 })
    await until(() => hearsSouth.numbers.includes(3))
    expect(hearsNorth.numbers).to.deep.equal([1, 2, 3])
    expect(hearsSouth.numbers).to.deep.equal([1, 2, 3])
  })

  it('says at once what is wrong with its settings', async () => {
    const gate = bridge({ reading: says(Reading) })
    const why = async (params: Readonly<Record<string, string>>) =>
      String(await rejectionOf(plants.north.startGate(gate, params)))
    expect(await why({ dial: 'tcp://127.0.0.1:1' })).to.contain('the other end has no name')
    expect(await why({ peer: 'a' })).to.contain('give either --dial')
    expect(await why({ peer: 'a', listen: 'what://0:1' })).to.contain('what')
    expect(() => bridge({})).to.throw('has no lanes')
    expect(() => bridge({ bridge: says(Reading) })).to.throw('rename the lane')
  })
})

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n)
}

function untilSaid({ reading: out }: Saying, { reading: into }: Hearing): Promise<void> {
  return until(() => out.connected === 1 && into.connected === 1)
}

/** The gate of each end has found its ports. */
async function untilAnswered(asking: Asking): Promise<void> {
  const { questions, requests, calls } = asking
  await until(() => questions.connected === 1 && requests.connected === 1 && calls.connected === 1)
  const isAnswered = async (ask: () => Promise<unknown>) =>
    ask().then(
      () => true,
      () => false,
    )
  await untilIs(() => isAnswered(() => questions.ask({ n: 0 })), true)
  await untilIs(() => isAnswered(() => requests.send({ n: 0 })), true)
  await untilIs(() => isAnswered(() => calls.call({ n: 0 })), true)
}

/** Asks again until it is so: a gate finds a port a moment after that is there. */
async function untilIs<T>(ask: () => Promise<T>, wanted: T): Promise<void> {
  while (JSON.stringify(await ask()) !== JSON.stringify(wanted)) {
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
