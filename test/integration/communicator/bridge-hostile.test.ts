/** The other end of a bridge is not what it should be: nothing of it gets through, and it is counted. */
import type { Duplex } from 'node:stream'
import { expect } from 'chai'
import { z } from 'zod'
import { signatureOf, termsOf } from '../../../communicator/bridge/agreement.js'
import { BYTES, laneFrame, packed, UNNUMBERED, VALUE } from '../../../communicator/bridge/lane-frame.js'
import {
  answers,
  asks,
  bridge,
  bridgeLimits,
  Communicator,
  codeOverBridge,
  Endpoint,
  GroupNews,
  GroupReport,
  hears,
  type Lane,
  Mode,
  mirrored,
  RemoteGroup,
  type RemoteHappening,
  watches,
} from '../../../communicator/index.js'
import { SessionError, Sessions } from '../../../communicator/sessions/index.js'
import { Component, message } from '../../../runtime/index.js'
import { rejectionOf } from '../../rejection.js'
import { ActorsForTests } from '../../support/actors-for-tests.js'
import { type Event, until } from '../../support/events.js'
import { freePort } from '../../support/free-port.js'
import { Answer, Answering, Asking, Hearing, Plant, Question, Reading } from './plants.js'

const Load = message('Load', z.object({ kW: z.number() }))
const LANES = {
  reading: hears(Reading),
  questions: answers('ans', Question, Answer),
  cell: watches(Load),
  away: asks('ans', Question, Answer),
} as const
/** What the other end has to say of them. */
const TERMS: Readonly<Record<string, Lane>> = {
  ...mirrored({ reading: LANES.reading, questions: LANES.questions, away: LANES.away }),
  cell: { ...LANES.cell, way: 'shows' } as never,
}

class Watcher extends Component {
  readonly cell = new RemoteGroup('cell')
  readonly all: RemoteHappening[] = []
  readonly report = this.sub(GroupReport, (report) => this.cell.report(report))
  readonly news = this.sub(GroupNews, ({ news }) => this.all.push(news))
}

describe('an end of a bridge', function () {
  this.timeout(60_000)
  const actors = new ActorsForTests()
  const peers: Communicator[] = []
  afterEach(() => Promise.all(peers.splice(0).map((each) => each.stop())))

  /** A gate, and what poses as its other end. */
  async function gate(name = 'other') {
    const plant = new Plant('north', actors)
    const url = `tcp://127.0.0.1:${await freePort()}`
    await plant.startGate(bridge(LANES), { peer: 'other', listen: url })
    const peer = new Communicator(new Endpoint(name))
    peers.push(peer)
    const sessions = new Sessions(peer)
    await peer.addConnector(url, Mode.ACTIVE)
    await peer.start()
    await peer.connected('north.Gate')
    return { plant, sessions }
  }

  function agree(sessions: Sessions, lane: string) {
    const payload = packed(termsOf(lane, lanes(lane)), 'terms')
    return sessions.request('north.Gate', 'bridge.agree', { payload })
  }

  async function opened(sessions: Sessions, lane: string): Promise<Duplex> {
    await agree(sessions, lane)
    const stream = await sessions.open('north.Gate', 'bridge.flow', { headers: { ...named(lane), run: 'r' } })
    return stream.on('error', () => undefined)
  }

  const refusals = (events: readonly Event[], component: string) =>
    events.filter((event) => event.component === component && String(event.msg).startsWith('refused'))

  it('answers nobody but its peer', async () => {
    const { sessions } = await gate('somebody')
    for (const asked of [
      () => agree(sessions, 'reading'),
      () => sessions.request('north.Gate', 'bridge.ask', { headers: named('questions') }),
      () => sessions.open('north.Gate', 'bridge.flow', { headers: named('reading') }),
    ]) {
      expect(await codeOf(asked())).to.equal('bridge-stranger')
    }
  })

  it('takes nothing by a lane of which was not agreed what it carries', async () => {
    const { sessions } = await gate()
    const payload = packed({ n: 1 }, 'a question')
    const asked = () => sessions.request('north.Gate', 'bridge.ask', { payload, headers: named('questions') })
    expect(await codeOf(asked())).to.equal('bridge-unagreed')
    expect(await codeOf(sessions.open('north.Gate', 'bridge.flow', { headers: named('reading') }))).to.equal(
      'bridge-unagreed',
    )
    for (const lie of [
      {},
      { lane: 'reading' },
      'terms',
      { ...termsOf('reading', lanes('reading')), types: [] },
    ]) {
      const lied = sessions.request('north.Gate', 'bridge.agree', { payload: packed(lie, 'lies') })
      expect(await codeOf(lied)).to.equal('bridge-mismatch')
    }
    await agree(sessions, 'questions')
    expect(await codeOf(asked())).to.equal('not-connected')
    // What it carries is agreed, and the lane of answers takes no streams.
    const flow = sessions.open('north.Gate', 'bridge.flow', { headers: named('questions') })
    expect(await codeOf(flow)).to.equal('bridge-mismatch')
  })

  it('hands on no message that its schema refuses, nor garbage', async () => {
    const { plant, sessions } = await gate()
    const hearing = await plant.start(Hearing)
    await until(() => hearing.reading.connected === 1)
    const stream = await opened(sessions, 'reading')
    stream.write(laneFrame(VALUE, 1, packed({ n: 'no number' }, 'a value')))
    stream.write(laneFrame(VALUE, 2, Buffer.from([0xc1, 0xff])))
    stream.write(laneFrame(VALUE, 3, Buffer.from([0x81, 0xa9, ...Buffer.from('__proto__'), 0x01])))
    stream.write(laneFrame(77, 4, packed([], 'a value')))
    stream.write(laneFrame(VALUE, 5, packed({ n: 5 }, 'a value')))
    await until(() => hearing.numbers.length === 1)
    expect(hearing.numbers).to.deep.equal([5])
    await plant.gateLog.saying('refused what came by the bridge')
    expect(refusals(plant.gateLog.events, 'reading')).to.have.length(1)
    // A frame that is none ends the stream; the next one is taken.
    const closed = new Promise((resolve) => stream.once('close', resolve))
    stream.write(Buffer.from([0xff, 0xff, 0xff, 0xff]))
    await closed
    const next = await opened(sessions, 'reading')
    next.write(laneFrame(BYTES, 6, Buffer.from('bytes')))
    await until(() => hearing.pieces.length === 1)
  })

  it('tells the other end how long it is waited for, and takes no answer that is none', async () => {
    const { plant, sessions } = await gate()
    const within: number[] = []
    sessions.serve('bridge.ask', ({ headers }) => {
      within.push(Number(headers.within))
      return { payload: packed({ double: 'two' }, 'an answer') }
    })
    const asking = await plant.start(Asking)
    await until(() => asking.questions.connected === 1)
    for (const timeout of [60_000, 900]) {
      const error = await rejectionOf(asking.questions.ask({ n: 1 }, { timeout }))
      expect(codeOverBridge(error)).to.equal('invalid-answer')
    }
    expect(within[0]).to.be.within(901, bridgeLimits.askMs)
    expect(within[1]).to.be.within(1, 900)
    expect(refusals(plant.gateLog.events, 'away')).to.have.length(1)
  })

  it('asks nothing that its schema refuses', async () => {
    const { plant, sessions } = await gate()
    await plant.start(Answering)
    await agree(sessions, 'questions')
    const ask = (payload: Uint8Array) =>
      sessions.request('north.Gate', 'bridge.ask', {
        payload,
        headers: { ...named('questions'), within: '-1' },
      })
    expect(await codeOf(ask(packed({ n: 'none' }, 'a value')))).to.equal('remote')
    expect(await codeOf(ask(Buffer.from([0xc1])))).to.equal('remote')
    expect(refusals(plant.gateLog.events, 'questions')).to.have.length(1)
  })

  it('publishes no news of a group that are none, nor messages that its schema refuses', async () => {
    const { plant, sessions } = await gate()
    const watcher = await plant.start(Watcher)
    await until(() => watcher.report.connected === 1 && watcher.news.connected === 1)
    const stream = await opened(sessions, 'cell')
    const from = { id: 'x', actor: 'A', component: 'c', host: '', isObserver: false }
    const sight = {
      group: 'Cell.north',
      isConnected: true,
      leader: from,
      epoch: 1,
      term: 1,
      members: [from],
      observers: [],
    }
    const say = (value: unknown, kind = VALUE) => stream.write(laneFrame(kind, 0, packed(value, 'lies')))
    say({ is: 'leader-elected', leader: 'me', epoch: 1, term: 1 })
    say({ is: 'message', message: { kW: 'much' }, from })
    say({ is: 'what', epoch: 1 })
    // A sight that answers no question: nothing says how old it is.
    say({ sight, beat: 4711, heldMs: 0 }, UNNUMBERED)
    say({ sight, beat: 1, heldMs: -5 }, UNNUMBERED)
    say({ is: 'message', message: { kW: 5 }, from })
    await until(() => watcher.all.length === 1)
    expect(watcher.all).to.deep.equal([{ is: 'message', message: { kW: 5 }, from }])
    expect(watcher.cell.last).to.equal(undefined)
    expect(refusals(plant.gateLog.events, 'cell')).to.have.length(1)
    // Who says that it held it for long makes it no younger than now.
    say({ sight, beat: 1, heldMs: 1e9 }, UNNUMBERED)
    await until(() => watcher.cell.last !== undefined)
    expect(watcher.cell.ageMs).to.be.at.least(0)
  })
})

function lanes(name: string): Lane {
  const lane = TERMS[name]
  if (!lane) throw new Error(`there is no lane ${name}`)
  return lane
}

function named(lane: string) {
  return { lane, signature: signatureOf(termsOf(lane, lanes(lane))) }
}

async function codeOf(promise: Promise<unknown>): Promise<string | undefined> {
  const error = await rejectionOf(promise)
  return error instanceof SessionError ? error.remoteCode : String(error)
}
