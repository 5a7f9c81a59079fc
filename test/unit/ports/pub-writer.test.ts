import { expect } from 'chai'
import { limits } from '../../../ports/limits.js'
import type { OutFrame } from '../../../ports/outbox.js'
import { PubWriter } from '../../../ports/pub-writer.js'
import { eventually } from '../../support/eventually.js'

const frame = (text: string, count: number): OutFrame => ({
  head: Buffer.from(text),
  apart: undefined,
  count,
  ids: [],
})
const FULL = Object.assign(new Error('full'), { code: 'EAGAIN' })
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** A socket, and subscribers of which some are full; tells what was written. */
function writing(subscribers: string[]) {
  const written: string[] = []
  const full = new Set<string>()
  const counts = { sent: 0, dropped: 0 }
  const send = async (parts: unknown): Promise<void> => {
    const [text, key] = String(parts).split(' to ')
    if (key === undefined ? full.size > 0 : full.has(key)) throw FULL
    written.push(key === undefined ? `${text}` : `${text} to ${key}`)
  }
  const writer = new PubWriter(
    { send },
    {
      sent: (messages) => {
        counts.sent += messages
      },
      dropped: (messages) => {
        counts.dropped += messages
      },
      subscribers: () => subscribers,
      addressed: ({ head }, key) => frame(`${head} to ${key}`, 0),
      position: () => frame('position', 0),
      welcome: (key) => [frame(`kept to ${key}`, 0)],
    },
  )
  return { writer, written, full, counts }
}

describe('PubWriter', () => {
  it('addresses nothing to one that waits for its welcome', async () => {
    const subscribers = ['old']
    const { writer, written, full } = writing(subscribers)
    full.add('somebody')
    writer.write(frame('live', 1))
    subscribers.push('new')
    writer.welcome('new')
    // The frame was refused because somebody is full; each then gets it by itself.
    full.clear()
    await turn()
    expect(written).to.deep.equal(['live to old', 'kept to new'])
    writer.write(frame('next', 1))
    await turn()
    expect(written.at(-1)).to.equal('next')
  })

  it('tells where it is to those that lost something, once, and to nobody else', async () => {
    const { writer, written, full, counts } = writing(['good', 'slow', 'gone'])
    full.add('slow').add('gone')
    writer.write(frame('live', 3))
    await turn()
    expect(written).to.deep.equal(['live to good'])
    expect(counts).to.deep.equal({ sent: 0, dropped: 3 })
    writer.forget('gone')
    // Not before the slow one has room: it is tried again and again.
    await new Promise((resolve) => setTimeout(resolve, 3 * limits.welcomeRetryMs))
    full.clear()
    await eventually(() => written.length > 1, 'the position')
    await new Promise((resolve) => setTimeout(resolve, 2 * limits.welcomeRetryMs))
    expect(written).to.deep.equal(['live to good', 'position to slow'])
    writer.close()
  })

  it('tells all where it is after what none of them got', async () => {
    const { writer, written, counts } = writing(['one', 'two'])
    for (let n = 0; n < limits.turnFrames + 2; n++) writer.write(frame('live', 1))
    expect(counts.dropped).to.equal(1)
    await eventually(() => written.includes('position to two'), 'the position')
    expect(written.slice(-2)).to.deep.equal(['position to one', 'position to two'])
    expect(counts.sent).to.equal(limits.turnFrames + 1)
    writer.close()
  })

  it('once closed sends to each by itself: who is full costs the others nothing', async () => {
    const { writer, written, full, counts } = writing(['good', 'slow'])
    writer.write(frame('first', 1))
    writer.write(frame('second', 1))
    full.add('slow')
    writer.close()
    writer.write(frame('last', 1))
    await turn()
    expect(written).to.deep.equal(['first', 'second to good', 'last to good'])
    expect(counts).to.deep.equal({ sent: 1, dropped: 2 })
  })

  it('counts as dropped what it was writing when it was closed, and the socket refused', async () => {
    const { writer, full, counts } = writing(['good', 'slow'])
    full.add('slow')
    writer.write(frame('live', 1))
    writer.close()
    await turn()
    expect(counts).to.deep.equal({ sent: 0, dropped: 1 })
  })
})
