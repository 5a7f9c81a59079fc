/** Who may be an endpoint, and what becomes of a connection where a handshake is wrong or comes again. */
import { expect } from 'chai'
import { commLimits, EndpointState } from '../../../../communicator/index.js'
import { F3, type FrameParts, packed } from '../../../support/f3-frames.js'
import { type F3Peer, greeting } from '../../../support/f3-peer.js'
import { APP, type Side, wireForTests } from './wires.js'

const GHOST_ROUNDS = 300
const GHOSTS_AT_ONCE = 25

const hello = (payload: Buffer): FrameParts => ({ type: F3.HELLO, payload })
const named = (name: unknown): FrameParts => hello(packed({ endpoint_name: name, timestamp: 1.5 }))

/** What the reference refuses, and where it leaves the connection open: of no use to anybody. */
const refused: readonly [string, FrameParts][] = [
  ['a bad character', named('a b')],
  ['a slash', named('a/b')],
  ['a line break within', named('a\nb')],
  ['a character that is no ASCII', named('é')],
  ['an empty part', named('a..b')],
  ['a part that comes twice', named('a.b.a')],
  ['the name of who listens', named('listener')],
  ['the name of who listens, with blanks', named(' listener ')],
  ['an empty name', named('')],
  ['a name of blanks', named('  ')],
  ['a name that is a number', named(7)],
  ['a name that is nil', named(null)],
  ['a name longer than any', named('x'.repeat(commLimits.nameChars + 1))],
  ['no name', hello(packed({ timestamp: 1.5, bar: 1 }))],
  ['no map', hello(packed([1, 2]))],
  ['nil', hello(Buffer.of(0xc0))],
  ['a key that is no text', hello(packed(new Map([[1, 2]])))],
  ['what is no MessagePack', hello(Buffer.from('c1c1c1', 'hex'))],
  ['a map that is cut', hello(packed({ endpoint_name: 'a', timestamp: 1.5 }).subarray(0, -3))],
  ['nothing', hello(Buffer.alloc(0))],
  ['everything in its headers', { type: F3.HELLO, headers: packed({ endpoint_name: 'a', timestamp: 1.5 }) }],
]

describe('handshake', () => {
  const wire = wireForTests()

  for (const [what, parts] of refused) {
    it(`ends a connection whose HELLO has ${what}`, async () => {
      const side = await wire.listening('listener')
      const stranger = await wire.stranger(side)
      stranger.send(parts)
      await stranger.ended
      await nobodyBut(side)
    })

    it(`ends a connection whose READY has ${what}`, async () => {
      const listener = await wire.listener()
      const side = await wire.dialling(listener.url, 'listener')
      const peer = await listener.accepted()
      await peer.next(F3.HELLO)
      peer.send({ ...parts, type: F3.READY })
      await peer.ended
      expect(side.watch.states).to.deep.equal([])
    })
  }

  /** That this side still takes peers, and took no other. */
  async function nobodyBut(side: Side): Promise<void> {
    await wire.peer(side, 'good')
    expect(side.watch.ready()).to.deep.equal(['good'])
  }

  it('takes a name without the blanks around it', async () => {
    const side = await wire.listening('listener')
    const peer = await wire.stranger(side, ' site-1\t')
    await peer.shakeHands()
    expect((await side.watch.isReady('site-1')).name).to.equal('site-1')
  })

  it('registers who says READY to a listener, and does not answer it', async () => {
    const side = await wire.listening('listener')
    const peer = await wire.stranger(side, 'eager')
    peer.greet(F3.READY, { mood: 'good' })
    expect((await side.watch.isReady('eager')).getProp('mood')).to.equal('good')
    await peer.settled()
    expect(peer.counts).to.deep.equal({ [F3.PONG]: 1 })
    peer.data(APP, undefined, 'it works')
    expect(String((await side.watch.next()).message.payload)).to.equal('it works')
  })

  it('registers who answers HELLO with HELLO, and does not answer that', async () => {
    const listener = await wire.listener()
    const side = await wire.dialling(listener.url, 'dialler')
    const peer = await listener.accepted()
    await peer.next(F3.HELLO)
    peer.greet(F3.HELLO)
    await side.watch.isReady('peer')
    await peer.settled()
    expect(peer.counts[F3.HELLO]).to.equal(1)
    expect(peer.counts[F3.READY]).to.equal(undefined)
  })

  for (const [type, what] of [
    [F3.HELLO, 'HELLO'],
    [F3.READY, 'READY'],
  ] as const) {
    it(`ends a connection on which ${what} comes a second time`, async () => {
      const side = await wire.listening('listener')
      const peer = await wire.peer(side)
      peer.greet(type)
      await peer.ended
      await side.watch.isGone('peer')
      expect(side.communicator.findEndpoint('peer')?.state).to.not.equal(EndpointState.READY)
      await wire.peer(side)
    })
  }

  it('never says a second one itself', async () => {
    const side = await wire.listening('listener')
    const peer = await wire.peer(side)
    await peer.settled()
    peer.data(APP, undefined, 'x')
    await side.watch.next()
    await peer.settled()
    expect(peer.counts).to.deep.equal({ [F3.READY]: 1, [F3.PONG]: 2 })
  })

  it('takes HELLO cut anywhere', async () => {
    const side = await wire.listening('listener')
    const length = (await wire.stranger(side)).frame(greeting(F3.HELLO, 'cut')).length
    for (let at = 1; at < length; at += 7) {
      const peer = await wire.stranger(side, `cut-${at}`)
      await peer.split(peer.frame(greeting(F3.HELLO, peer.name)), [at, at + 1])
      await side.watch.isReady(peer.name)
    }
  })

  it('gives a name to the last that claims it, ends the older connection and tells monitors', async () => {
    const side = await wire.listening('listener')
    const older = await wire.peer(side, 'same', { generation: 1 })
    const newer = await wire.stranger(side, 'same')
    await newer.shakeHands({ generation: 2 })
    await older.ended
    const endpoint = await side.watch.isReady('same', 2)
    expect(endpoint.getProp('generation')).to.equal(2)
    expect(side.watch.states.map(({ state }) => state)).to.deep.equal([
      EndpointState.READY,
      EndpointState.DISCONNECTED,
      EndpointState.READY,
    ])
    newer.data(APP, undefined, 'from the newer')
    expect(String((await side.watch.next()).message.payload)).to.equal('from the newer')
    expect(side.communicator.findEndpoint('same')?.state).to.equal(EndpointState.READY)
  })

  it('leaves nobody READY who connected, said HELLO and was gone at once', async () => {
    const side = await wire.listening('listener')
    for (let round = 0; round < GHOST_ROUNDS; round += GHOSTS_AT_ONCE) {
      const ghosts = Array.from({ length: GHOSTS_AT_ONCE }, (_, at) =>
        wire.stranger(side, `ghost-${round + at}`),
      )
      for (const ghost of await Promise.all(ghosts)) vanish(ghost, round)
    }
    await nobodyLeft(side)
    const ghosts = side.watch.states.filter(({ name }) => name.startsWith('ghost'))
    expect(ghosts.length % 2, 'each that was READY is DISCONNECTED').to.equal(0)
  })

  /** HELLO, and an end of one of three kinds. */
  function vanish(ghost: F3Peer, round: number): void {
    const bytes = ghost.frame(greeting(F3.HELLO, ghost.name))
    const kind = round % 3
    if (kind === 0) ghost.line.end(bytes)
    else ghost.line.write(bytes, () => ghost.close())
    if (kind === 2) ghost.close()
  }

  async function nobodyLeft(side: Side): Promise<void> {
    await wire.peer(side, 'last')
    for (const name of side.watch.ready()) {
      if (name !== 'last') await side.watch.isGone(name, side.watch.times(name, EndpointState.READY))
    }
    expect(side.watch.ready()).to.deep.equal(['last'])
  }
})
