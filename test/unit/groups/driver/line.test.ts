/** When a connection is asked for a sign of life, and when another is dialled in place of it. */
import { expect } from 'chai'
import { driverLimits } from '../../../../groups/driver/index.js'
import { Line } from '../../../../groups/driver/line.js'
import type { AnySocket, DealerSocket, SocketEvent } from '../../../../ports/index.js'

const { watchMs, linkDialMs, linkDialMaxMs } = driverLimits
const quietMs = 1000
const answerMs = 500

/** A dealer that the test plays the other end of. */
class Played implements DealerSocket {
  closed = false
  connectTimeout = 0
  endpoint = ''
  readonly #listeners = new Map<SocketEvent, () => void>()
  #read: ((parts: Buffer[]) => void) | undefined

  readonly events = {
    on: (event: SocketEvent, listener: () => void): void => {
      this.#listeners.set(event, listener)
    },
  }

  connect(address: string): void {
    this.endpoint = address
  }

  async send(): Promise<void> {}

  receive(): Promise<Buffer[]> {
    return new Promise((resolve) => {
      this.#read = resolve
    })
  }

  happens(event: SocketEvent): void {
    this.#listeners.get(event)?.()
  }

  async says(text: string): Promise<void> {
    this.#read?.([Buffer.from(text)])
    await new Promise((resolve) => setImmediate(resolve))
  }
}

describe('a line to another member', () => {
  let dialled: Played[]
  let asked: number
  let heard: string[]
  let lost: number
  let makes: () => Played
  let line: Line<Played>
  const sockets = {
    close: (socket: AnySocket): void => {
      if (socket instanceof Played) socket.closed = true
    },
  }
  beforeEach(() => {
    dialled = []
    asked = 0
    heard = []
    lost = 0
    makes = () => new Played()
    line = new Line({
      ...{ sockets, endpoint: 'tcp://127.0.0.1:9', quietMs, answerMs },
      make: () => {
        const made = makes()
        dialled.push(made)
        return made
      },
      ask: () => {
        asked++
      },
      arrived: (parts) => heard.push(String(parts[0])),
      lost: () => {
        lost++
      },
    })
    line.open()
  })

  const last = (): Played => dialled.at(-1) ?? expect.fail('none is dialled')
  const look = (ms: number): void => {
    for (let passedMs = 0; passedMs < ms; passedMs += watchMs) line.look()
  }
  function up(): void {
    last().happens('handshake')
    line.answered()
    asked = 0
  }

  it('asks when it is connected, and again until it is answered', () => {
    look(watchMs)
    expect(asked).to.equal(0)
    last().happens('handshake')
    expect(asked).to.equal(1)
    look(watchMs)
    expect([asked, line.isUp]).to.deep.equal([2, false])
    expect([line.answered(), line.answered(), line.isUp]).to.deep.equal([true, false, true])
  })

  it('says nothing by itself while it hears something', async () => {
    up()
    for (let n = 0; n < 20; n++) {
      look(quietMs - watchMs)
      await last().says(`${n}`)
    }
    expect([heard.length, asked, dialled.length]).to.deep.equal([20, 0, 1])
  })

  it('asks where it hears nothing, and dials another where it is not answered', () => {
    up()
    look(quietMs)
    expect([asked, lost, dialled.length]).to.deep.equal([1, 0, 1])
    look(answerMs)
    expect([lost, dialled.length, line.isUp]).to.deep.equal([1, 2, false])
    expect(dialled.map(({ closed }) => closed)).to.deep.equal([true, false])
    expect(last().endpoint).to.equal('tcp://127.0.0.1:9')
    up()
    expect([line.isUp, lost]).to.deep.equal([true, 1])
  })

  it('dials another where it hears something, and no answer', async () => {
    last().happens('handshake')
    for (let ms = 0; ms < linkDialMs; ms += watchMs) {
      await last().says('something')
      look(watchMs)
    }
    expect([heard.length, dialled.length]).to.deep.equal([linkDialMs / watchMs, 2])
  })

  it('takes nothing of a socket that it has given up', async () => {
    up()
    const [first] = dialled
    look(quietMs + answerMs)
    up()
    await first?.says('too late')
    first?.happens('disconnect')
    first?.happens('handshake')
    expect([heard, line.isUp, lost, asked]).to.deep.equal([[], true, 1, 0])
  })

  it('dials ever more seldom where nobody answers, however long', () => {
    const looksOf: number[] = []
    const connectsMs = new Set<number>()
    for (let looks = 0; looks < 10_000; looks++) {
      const before = dialled.length
      line.look()
      if (dialled.length > before) looksOf.push(looks + 1)
      connectsMs.add(last().connectTimeout)
    }
    const pauses = looksOf.map((looks, at) => (looks - (looksOf[at - 1] ?? 0)) * watchMs)
    expect(pauses.slice(0, 3)).to.deep.equal([linkDialMs, 2 * linkDialMs, 4 * linkDialMs])
    expect(new Set(pauses.slice(3))).to.deep.equal(new Set([linkDialMaxMs]))
    // So one that is far away is reached in the end.
    expect([...connectsMs]).to.deep.equal([linkDialMs / 2, linkDialMs, linkDialMaxMs / 2])
    expect(lost).to.equal(0)
  })

  it('gives one that is connected all of its time, and begins with a short one after each answer', () => {
    look(linkDialMs - watchMs)
    last().happens('handshake')
    look(linkDialMs - watchMs)
    expect(dialled).to.have.length(1)
    look(watchMs)
    expect(dialled).to.have.length(2)
    up()
    look(quietMs + answerMs + linkDialMs)
    expect(dialled).to.have.length(4)
  })

  it('leaves it to ZeroMQ to dial again where the connection breaks', () => {
    up()
    last().happens('disconnect')
    expect([line.isUp, lost, dialled.length]).to.deep.equal([false, 1, 1])
    look(linkDialMs - watchMs)
    up()
    expect([line.isUp, dialled.length]).to.deep.equal([true, 1])
  })

  it('asks at once where the other end has forgotten it', () => {
    expect(line.forgotten()).to.equal(false)
    up()
    expect([line.forgotten(), line.isUp, asked]).to.deep.equal([true, false, 1])
  })

  it('waits as long as TCP where it was told that what comes takes its time', async () => {
    up()
    line.bePatient()
    look(60_000)
    expect([asked, dialled.length]).to.deep.equal([0, 1])
    await last().says('something large')
    look(quietMs + answerMs)
    expect(dialled).to.have.length(2)
    up()
    line.bePatient()
    last().happens('disconnect')
    look(linkDialMs)
    expect(dialled).to.have.length(3)
  })

  it('tries again later where the system has no socket for it', () => {
    up()
    makes = () => {
      throw new Error('too many')
    }
    look(quietMs + answerMs)
    expect([line.isUp, lost, dialled.length]).to.deep.equal([false, 1, 1])
    makes = () => new Played()
    look(linkDialMs)
    up()
    expect([line.isUp, dialled.length]).to.deep.equal([true, 2])
  })

  it('dials no more when it is closed', () => {
    up()
    line.close(0)
    look(60_000)
    last().happens('handshake')
    expect([dialled.length, last().closed, asked, lost]).to.deep.equal([1, true, 0, 0])
  })
})
