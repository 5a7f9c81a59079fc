/**
 * Every kind of intruder where somebody else is expected: an actor that is lured there says nothing to it,
 * and handles nothing of it. Whoever listens there with a good key is talked to first, so that the test
 * sees.
 */
import { expect } from 'chai'
import type { ActorRecord, Listing } from '../../discovery/index.js'
import { uniqueApp } from '../support/apps.js'
import { eventually } from '../support/eventually.js'
import { AppKeys } from './app-keys.js'
import { AttackedApp } from './cell.js'
import { FakeActor, listingOf } from './fake-actor.js'
import { goodGuest, intruders, type Mechanism } from './intruders.js'
import { RawSockets } from './raw-sockets.js'

const NOTHING = { pub: 0, ans: 0, rep: 0, srv: 0, gpub: 0, gans: 0, directory: 0 }

describe('intruders that listen where an actor is lured', function () {
  this.timeout(60_000)
  const keys = new AppKeys(uniqueApp())
  /** An actor of the app that is not there, and whose key the intruders have not. */
  const absent = goodGuest(keys)
  const bad = intruders(keys)
  const attacked = new AttackedApp(keys)
  const raw = new RawSockets()
  let listing: Listing = { ports: [], types: [] }
  before(async () => {
    await attacked.start()
    listing = await listingOf(raw, attacked, absent)
  })
  afterEach(() => raw.close())
  after(() => attacked.stop())

  async function fake(directory: Mechanism, ports = directory): Promise<FakeActor> {
    const made = new FakeActor({ raw, app: keys.app, listing, directory, ports })
    await made.open()
    return made
  }

  /**
   * The dialler hears of it; resolves when somebody with a good key, whom it hears of later, is talked
   * to.
   */
  async function lured(...records: ActorRecord[]): Promise<void> {
    for (const record of records) attacked.dialler.hear(record)
    const good = goodGuest(keys)
    const later = await fake(good.listens)
    const record = later.record(good.holder)
    later.answersWith(record)
    attacked.dialler.hear(record)
    await eventually(() => attacked.dialler.met.includes(later.id), 'the good one is connected')
    for (let rounds = 0; rounds < 3; rounds++) await attacked.exchange()
    await eventually(() => Object.values(later.lured).every((count) => count > 0), 'all talk to the good one')
    await eventually(() => attacked.dialler.it.handled.includes('sub of a guest'), 'it is heard, too')
  }

  it('at every kind of socket: the good one is talked to', () => lured())

  it('are not dialled where nobody vouches for what they announce', async () => {
    const fakes = await Promise.all(bad.map(async (guest) => ({ guest, actor: await fake(guest.listens) })))
    const honest = fakes.map(({ actor }) => actor.record(absent.holder))
    const records = fakes.flatMap(({ guest, actor }, i) => {
      const mine = honest[i]
      if (!mine) return []
      const tampered = [
        { ...mine, generation: 1 },
        { ...mine, id: 'ab'.repeat(8) },
        { ...mine, actor: 'Dialler' },
        { ...mine, host: '127.0.0.2' },
        { ...mine, key: guest.holder?.curve.publicKey ?? attacked.server.key },
      ]
      return [actor.record(undefined), actor.record(undefined, absent.holder?.curve.publicKey), ...tampered]
    })
    const own = fakes.flatMap(({ guest, actor }) =>
      guest.holder && guest.name !== 'wrong server key' ? [actor.record(guest.holder)] : [],
    )
    await lured(...records, ...own)
    for (const { guest, actor } of fakes) {
      expect(actor.connections, guest.name).to.deep.equal({ tried: 0, stood: 0 })
      expect(actor.lured, guest.name).to.deep.equal(NOTHING)
    }
  })

  it('get a connection at most, and no word, at the address of one that is gone', async () => {
    const fakes = await Promise.all(bad.map(async (guest) => ({ guest, actor: await fake(guest.listens) })))
    await lured(...fakes.map(({ actor }) => actor.record(absent.holder)))
    for (const { guest, actor } of fakes) {
      await eventually(() => actor.connections.tried > 0, `${guest.name} is dialled`)
      expect(actor.connections.stood, guest.name).to.equal(0)
      expect(actor.lured, guest.name).to.deep.equal(NOTHING)
      expect(attacked.dialler.met, guest.name).not.to.include(actor.id)
    }
  })

  it('get no word at the ports of one whose directory is its own', async () => {
    const fakes = await Promise.all(
      bad.map(async (guest) => {
        const actor = await fake(absent.listens, guest.listens)
        actor.answersWith(actor.record(absent.holder))
        return { guest, actor }
      }),
    )
    const before = attacked.strange
    for (const { actor } of fakes) attacked.dialler.hear(actor.record(absent.holder))
    for (const { guest, actor } of fakes) {
      await eventually(() => attacked.dialler.met.includes(actor.id), `${guest.name} is met`)
      const dialled = (): number[] => [...actor.lines.values()].map(({ accepted }) => accepted)
      await eventually(
        () => dialled().every((count) => count > 0),
        `all sockets of ${guest.name} are dialled`,
      )
    }
    for (let rounds = 0; rounds < 3; rounds++) await attacked.exchange()
    for (const { guest, actor } of fakes) {
      const { directory, ...lured } = actor.lured
      expect(directory).to.be.above(0)
      expect({ ...lured, directory: 0 }, guest.name).to.deep.equal(NOTHING)
    }
    expect(attacked.strange).to.deep.equal(before)
  })
})
