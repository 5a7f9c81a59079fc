import { expect } from 'chai'
import type { OutFrame } from '../../../ports/outbox.js'
import { PubWriter } from '../../../ports/pub-writer.js'

const frame = (text: string, count: number): OutFrame => ({
  head: Buffer.from(text),
  apart: undefined,
  count,
  ids: [],
})
const FULL = Object.assign(new Error('full'), { code: 'EAGAIN' })
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('PubWriter', () => {
  it('addresses nothing to one that waits for its welcome', async () => {
    const written: string[] = []
    const subscribers = ['old']
    let isFull = true
    const send = async (parts: unknown): Promise<void> => {
      if (isFull) throw FULL
      written.push(String(parts))
    }
    const writer = new PubWriter(
      { send },
      {
        sent: () => undefined,
        dropped: () => undefined,
        toEach: ({ head }, isWelcomed) =>
          subscribers.filter(isWelcomed).map((key) => frame(`${head} to ${key}`, 0)),
        position: () => frame('position', 0),
        welcome: (key) => [frame(`kept to ${key}`, 0)],
      },
    )
    writer.write(frame('live', 1))
    subscribers.push('new')
    writer.welcome('new')
    // The frame was refused because somebody is full; each then gets it by itself.
    isFull = false
    await turn()
    expect(written).to.deep.equal(['live to old', 'kept to new'])
    writer.write(frame('next', 1))
    await turn()
    expect(written.at(-1)).to.equal('next')
  })
})
