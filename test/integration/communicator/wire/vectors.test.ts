/** The golden frames of the reference, to and from a peer that shares no code with the communicator. */
import { expect } from 'chai'
import { Message } from '../../../../communicator/index.js'
import { arrived, GOLDEN_SECONDS, goldenData, goldenHandshakes } from '../../../support/f3-contents.js'
import { F3, recounted } from '../../../support/f3-frames.js'
import { golden } from '../../../support/f3-vectors.js'
import { APP, wireForTests } from './wires.js'

const COUNTER_END = 0x1_0000
const FIRST_STREAM = 17
/** Nothing but what a test sends takes a number of the counters. */
const calm = { heartbeatMs: 60_000, now: () => GOLDEN_SECONDS * 1000 }

describe('golden frames', () => {
  const wire = wireForTests()

  for (const { label, name, props } of goldenHandshakes) {
    it(`registers the endpoint of ${label} with its properties`, async () => {
      const side = await wire.listening('listener')
      const peer = await wire.stranger(side)
      peer.bytes(golden(label))
      const endpoint = await side.watch.isReady(name)
      expect(endpoint.properties).to.deep.equal({ timestamp: GOLDEN_SECONDS, ...Object(arrived(props)) })
      expect(side.communicator.findEndpoint(name)).to.equal(endpoint)
    })

    it(`takes ${label} for the answer of who was dialled`, async () => {
      const listener = await wire.listener()
      const side = await wire.dialling(listener.url, 'dialler')
      const peer = await listener.accepted()
      await peer.next(F3.HELLO)
      peer.bytes(golden(label))
      expect((await side.watch.isReady(name)).getProp('bar')).to.equal(Object(props).bar)
    })
  }

  it('receives what each golden DATA says', async () => {
    const side = await wire.listening('listener')
    const peer = await wire.peer(side)
    for (const { label, headers } of goldenData) {
      peer.bytes(golden(label))
      const { from, appId, message } = await side.watch.next()
      expect([from, appId, String(message.payload)], label).to.deep.equal(['peer', 123, 'hi'])
      const expected = Object.keys(headers).length === 0 ? undefined : arrived(headers)
      expect(message.headers, label).to.deep.equal(expected)
    }
  })

  it('receives DATA that says nothing, and such with counters at their ends', async () => {
    const side = await wire.listening('listener')
    side.communicator.registerMessageReceiver(65_535, side.watch)
    side.communicator.registerMessageReceiver(1, side.watch)
    const peer = await wire.peer(side)
    const cases: readonly [string, number, string | undefined][] = [
      ['DATA no headers no payload', 123, undefined],
      ['DATA no headers empty payload', 123, undefined],
      ['DATA app 65535 stream 65535', 65_535, 'z'],
      ['DATA sequence 65535', 1, 'z'],
      ['DATA sequence wraps to 0', 1, 'z'],
    ]
    for (const [label, app, payload] of cases) {
      peer.bytes(golden(label))
      const { appId, message } = await side.watch.next()
      expect([appId, message.headers, message.payload?.toString()], label).to.deep.equal([
        app,
        undefined,
        payload,
      ])
    }
  })

  it('answers the golden PING, and one without payload, with the golden PONG', async () => {
    const side = await wire.listening('listener', calm)
    const peer = await wire.peer(side)
    peer.bytes(golden('PING'))
    expect((await peer.next(F3.PONG)).bytes).to.deep.equal(recounted(golden('PONG'), FIRST_STREAM, 2))
    peer.send({ type: F3.PING })
    expect((await peer.next(F3.PONG)).bytes).to.deep.equal(recounted(golden('PONG'), FIRST_STREAM + 1, 3))
    peer.bytes(golden('PONG'))
    await peer.settled()
  })

  for (const { label, name, props } of goldenHandshakes.filter((each) => each.label.startsWith('HELLO'))) {
    it(`says ${label}, byte for byte`, async () => {
      const listener = await wire.listener()
      await wire.dialling(listener.url, name, calm, props)
      const peer = await listener.accepted()
      expect((await peer.next(F3.HELLO)).bytes.toString('hex')).to.equal(golden(label).toString('hex'))
    })
  }

  it('answers HELLO with the golden READY, and asks with the golden PING, byte for byte', async () => {
    const label = 'READY name=py-b props={bar:123}'
    const side = await wire.listening('py-b', calm, { bar: 123 })
    const peer = await wire.stranger(side)
    expect((await peer.shakeHands()).bytes).to.deep.equal(recounted(golden(label), 1, 1))

    const listener = await wire.listener()
    await wire.dialling(listener.url, 'dialler', calm)
    const dialled = await listener.accepted()
    await dialled.takeHello()
    expect((await dialled.next(F3.PING)).bytes).to.deep.equal(recounted(golden('PING'), FIRST_STREAM, 2))
  })

  it('sends each golden DATA byte for byte, and counts as the reference does', async () => {
    const side = await wire.listening('listener', calm)
    const peer = await wire.peer(side)
    const contents = [
      ...goldenData.map(({ label, headers }) => ({
        label,
        app: 123,
        message: new Message(headers, Buffer.from('hi')),
      })),
      { label: 'DATA no headers no payload', app: 123, message: new Message() },
      { label: 'DATA no headers empty payload', app: 123, message: new Message({}, Buffer.alloc(0)) },
      { label: 'DATA app 65535 stream 65535', app: 65_535, message: new Message(null, Buffer.from('z')) },
      { label: 'DATA sequence 65535', app: 1, message: new Message(undefined, [Buffer.from('z')]) },
    ]
    for (const [at, { label, app, message }] of contents.entries()) {
      await side.communicator.send('peer', app, message)
      const { bytes } = await peer.next(F3.DATA)
      expect(bytes.equals(recounted(golden(label), FIRST_STREAM + at, 2 + at)), label).to.equal(true)
    }
  })

  it('counts on from 0 behind 65,535, sequences and streams', async () => {
    const side = await wire.listening('listener', calm)
    const peer = await wire.peer(side)
    const count = COUNTER_END + 100
    const message = new Message(undefined, Buffer.from('z'))
    for (let sent = 0; sent < count; sent++) await side.communicator.send('peer', 1, message)
    for (let at = 0; at < count; at++) {
      const { streamId, sequence } = await peer.next(F3.DATA)
      expect(streamId).to.equal((FIRST_STREAM + at) % COUNTER_END)
      expect(sequence).to.equal((2 + at) % COUNTER_END)
    }
  }).timeout(60_000)

  it('takes what comes from a peer whose own counters go round', async () => {
    const side = await wire.listening('listener', calm)
    const peer = await wire.peer(side)
    const count = COUNTER_END + 100
    for (let sent = 0; sent < count; sent++) peer.data(APP, undefined, String(sent))
    await peer.settled()
    expect(side.watch.heard.length).to.equal(count)
    expect(side.watch.heard.every(({ message }, at) => String(message.payload) === String(at))).to.equal(true)
  }).timeout(60_000)
})
