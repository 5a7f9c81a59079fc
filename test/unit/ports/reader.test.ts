import { expect } from 'chai'
import { limits } from '../../../ports/limits.js'
import { type Gate, type Readable, readAll } from '../../../ports/reader.js'
import { deferred } from '../../support/eventually.js'

/** A socket that has so many messages, and then is closed. */
class Source implements Readable {
  closed = false
  given = 0
  readonly #count: number

  constructor(count: number) {
    this.#count = count
  }

  async receive(): Promise<Buffer[]> {
    if (this.given === this.#count) {
      this.closed = true
      throw new Error('closed')
    }
    return [Buffer.of(this.given++)]
  }
}

describe('reader', () => {
  it('hands over every message in order, and ends when the socket is closed', async () => {
    const seen: unknown[] = []
    await readAll(new Source(5), [], (parts) => seen.push(parts[0]?.[0]))
    expect(seen).to.deep.equal([0, 1, 2, 3, 4])
  })

  it('rejects where the socket fails without being closed', async () => {
    const source: Readable = {
      closed: false,
      receive: () => Promise.reject(new Error('broken')),
    }
    let failure: unknown
    await readAll(source, [], () => 1).catch((thrown: unknown) => {
      failure = thrown
    })
    expect(failure).to.have.property('message', 'broken')
  })

  it('reads nothing while a gate is full, and goes on as soon as there is room', async () => {
    const opened = deferred()
    let full = true
    const gate: Gate = {
      get full() {
        return full
      },
      room: () => opened.promise,
    }
    const source = new Source(3)
    const done = readAll(
      source,
      [{ full: false, room: () => Promise.reject(new Error('asked')) }, gate],
      () => 1,
    )
    await new Promise((resolve) => setImmediate(resolve))
    expect(source.given).to.equal(0)
    full = false
    opened.resolve()
    await done
    expect(source.given).to.equal(3)
  })

  it('lets the event loop have a turn after so many messages', async () => {
    const source = new Source(5)
    let turns = 0
    const count = () => {
      turns++
      if (!source.closed) setImmediate(count)
    }
    setImmediate(count)
    await readAll(source, [], () => limits.messagesPerTurn)
    expect(turns).to.be.at.least(4)
  })
})
