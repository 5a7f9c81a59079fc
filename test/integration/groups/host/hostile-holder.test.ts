/** Local processes that took a seat and say what they like. */
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { expect } from 'chai'
import {
  certify,
  identity,
  isSeatFree,
  seatState,
  takeSeat,
  untilFree,
} from '../../../../groups/host/index.js'
import { hostLimits } from '../../../../groups/host/limits.js'
import { holderLine } from '../../../../groups/host/seat-holder.js'
import { seatPath } from '../../../../groups/host/seat-name.js'
import { rejectionOf } from '../../../rejection.js'
import { deferred } from '../../../support/eventually.js'
import { newSeat } from './seat-holders.js'

describe('who holds a seat and is hostile', function () {
  this.timeout(20_000)
  let server: Server | undefined
  const sockets: Socket[] = []
  afterEach(() => {
    server?.close()
    for (const socket of sockets.splice(0)) socket.destroy()
  })

  /** Holds a new seat and does that with everyone who connects. */
  async function holding(greet: (socket: Socket) => void) {
    const name = newSeat()
    server = createServer((socket) => {
      sockets.push(socket)
      socket.on('error', () => undefined)
      greet(socket)
    })
    server.listen(seatPath(name))
    await once(server, 'listening')
    return name
  }

  const greetings: Readonly<Record<string, (socket: Socket) => unknown>> = {
    'says nothing': () => undefined,
    'says no proper word': (socket) => socket.write('{"v":1}\n'),
    'says more than a line may have': (socket) => socket.write(`"${'a'.repeat(5000)}"\n`),
    'never ends its line': (socket) => socket.write('a'.repeat(hostLimits.seatAnswerBytes + 1)),
    'ends before its line does': (socket) =>
      socket.end(holderLine({ incarnation: 'a', process: undefined, parameters: undefined }).trim()),
    'cuts at once': (socket) => socket.destroy(),
  }
  for (const [what, greet] of Object.entries(greetings)) {
    it(`and ${what} keeps the seat, and is not believed`, async () => {
      const name = await holding(greet)
      expect(await seatState(name)).to.deep.equal({ kind: 'unclear' })
      expect(await isSeatFree(name)).to.equal(false)
      expect(await takeSeat(name, { incarnation: 'own' })).to.equal(undefined)
    })
  }

  it('and trickles its word has no longer than others', async () => {
    let timer: NodeJS.Timeout | undefined
    const name = await holding((socket) => {
      timer = setInterval(() => socket.write(' '), 5)
    })
    expect(await seatState(name)).to.deep.equal({ kind: 'unclear' })
    clearInterval(timer)
  })

  it('and cuts those who wait is asked in steps, not in a loop', async () => {
    let connections = 0
    const enough = deferred()
    const name = await holding((socket) => {
      if (++connections === 6) enough.resolve()
      socket.destroy()
    })
    const stop = new AbortController()
    const since = performance.now()
    const waiting = rejectionOf(untilFree(name, stop.signal))
    await enough.promise
    stop.abort()
    await waiting
    // At once, once more, and then after 5, 10, 20 and 40.
    expect(performance.now() - since).to.be.at.least(70)
  })

  it('makes nobody dead by silence, by cutting, or by his name', async () => {
    const own = identity()
    if (!own) return expect.fail('no identity')
    const suspect = { process: { ...own, pidNamespace: 'pid:[0]' }, incarnation: 'own' }
    const verdicts: string[] = []
    const his = holderLine({ incarnation: 'own', process: undefined, parameters: undefined })
    for (const greet of [() => undefined, (s: Socket) => s.destroy(), (s: Socket) => s.write(his)]) {
      const seat = await holding(greet)
      verdicts.push(await certify({ ...suspect, seat }, new AbortController().signal))
      server?.close()
    }
    expect(verdicts).to.deep.equal(['unknown', 'unknown', 'alive'])
  })

  it('makes nobody dead whose process can be seen', async () => {
    const name = await holding((socket) =>
      socket.write(holderLine({ incarnation: 'x', process: undefined, parameters: undefined })),
    )
    const suspect = { process: identity(), incarnation: 'own', seat: name }
    expect(await certify(suspect, new AbortController().signal)).to.equal('alive')
  })
})
