/** Order: what one end sends arrives in that order, whatever the sizes, also around a broken connection. */
import { expect } from 'chai'
import { CommError, type Communicator, Message } from '../../../communicator/index.js'
import { Chance } from '../../support/chance.js'
import { Communicators } from '../../support/communicators.js'
import { eventually } from '../../support/eventually.js'

const APP = 7
const SENDERS = ['s0', 's1', 's2', 's3']
const MESSAGES = 400
const LARGE = 2 * 1024 * 1024

/** Which numbers came from each sender, and whether each message was whole. */
class Received {
  readonly numbers = new Map<string, number[]>()
  readonly broken: string[] = []
  /** After so many messages of a sender its connection breaks, once; 0 for never. */
  breaksAfter = 0

  constructor(receiver: Communicator) {
    receiver.registerMessageReceiver(APP, {
      processMessage: ({ name }, connection, _app, { headers = {}, payload = Buffer.alloc(0) }) => {
        const { n, size } = headers
        const isWhole = payload.length === size && (size === 0 || payload.at(-1) === Number(n) % 251)
        if (!isWhole) this.broken.push(`${name} ${n}: ${payload.length} of ${size} bytes`)
        const numbers = this.numbers.get(name) ?? []
        this.numbers.set(name, numbers)
        if (numbers.push(Number(n)) === this.breaksAfter) connection.close()
      },
    })
  }
}

/** Of nothing to 2 MiB: most are small, some take many reads. */
function sizeOf(chance: Chance): number {
  const most = chance.pick([1, 200, 200, 5000, 70_000, LARGE])
  return chance.below(most + 1)
}

function messageOf(n: number, size: number): Message {
  return new Message({ n, size }, Buffer.alloc(size, n % 251))
}

/** Sends them all, and goes on behind a break; gives those of which send() told that they were taken. */
async function sendAll(sender: Communicator, chance: Chance): Promise<number[]> {
  const taken: number[] = []
  for (let n = 0; n < MESSAGES; n++) {
    await sender.connected('receiver', { withinMs: 30_000 })
    try {
      await sender.send('receiver', APP, messageOf(n, sizeOf(chance)))
      taken.push(n)
    } catch (error) {
      if (!(error instanceof CommError) || !['CLOSED', 'NOT_READY'].includes(error.code)) throw error
    }
  }
  return taken
}

describe('messages of four senders', function () {
  this.timeout(120_000)
  const seed = Chance.seedFrom('QUORATE_ORDER_SEED')
  const communicators = new Communicators()
  afterEach(() => communicators.stop())

  async function connected(scheme: string): Promise<readonly [Received, readonly Communicator[]]> {
    const receiver = await communicators.start('receiver')
    const received = new Received(receiver)
    const { connectUrl } = await receiver.startListener(scheme, {})
    const senders = await Promise.all(SENDERS.map((name) => communicators.start(name)))
    await Promise.all(senders.map((each) => each.addConnector(connectUrl, 'active')))
    await Promise.all(senders.map((each) => each.connected('receiver')))
    return [received, senders]
  }

  for (const scheme of ['tcp', 'http', 'grpc']) {
    it(`arrive by ${scheme} in order, whole and all, of 0 to 2 MiB (seed ${seed})`, async () => {
      const [received, senders] = await connected(scheme)
      const sent = await Promise.all(senders.map((each, at) => sendAll(each, new Chance(seed + at))))
      const isAll = () => SENDERS.every((name, at) => received.numbers.get(name)?.length === sent[at]?.length)
      await eventually(isAll, 'all of them', 60_000)
      for (const [at, name] of SENDERS.entries()) {
        expect(received.numbers.get(name), name).to.deep.equal(sent[at])
      }
      expect(received.broken).to.deep.equal([])
    })

    it(`arrive by ${scheme} in order when connections break in between (seed ${seed})`, async () => {
      const [received, senders] = await connected(scheme)
      received.breaksAfter = MESSAGES / 4
      const sent = await Promise.all(senders.map((each, at) => sendAll(each, new Chance(seed + at))))
      const lastOf = (at: number) => sent[at]?.at(-1)
      await eventually(
        () => SENDERS.every((name, at) => received.numbers.get(name)?.at(-1) === lastOf(at)),
        'the last of each',
        60_000,
      )
      for (const [at, name] of SENDERS.entries()) {
        const numbers = received.numbers.get(name) ?? []
        const ordered = [...new Set(numbers)].sort((a, b) => a - b)
        expect(numbers, name).to.deep.equal(ordered)
        expect(sent[at]).to.include.members(numbers)
      }
      expect(received.broken).to.deep.equal([])
    })
  }
})
