/**
 * An actor of the app that lies about who is revoked: it may offer what it likes, and nothing changes but by
 * a newer list of the app key, also from a liar.
 */
import { expect } from 'chai'
import { uniqueApp } from '../support/apps.js'
import { eventually } from '../support/eventually.js'
import { AppKeys, strangersHolder } from './app-keys.js'
import { AttackedApp } from './cell.js'
import { FakeActor } from './fake-actor.js'
import { goodGuest } from './intruders.js'
import { RawSockets } from './raw-sockets.js'

const HIGH = Number.MAX_SAFE_INTEGER
const PATIENCE_MS = 20_000

describe('an actor that lies about who is revoked', function () {
  this.timeout(120_000)
  const keys = new AppKeys(uniqueApp())
  const other = new AppKeys(keys.app)
  const attacked = new AttackedApp(keys)
  const raw = new RawSockets()
  before(() => attacked.start())
  after(async () => {
    raw.close()
    await attacked.stop()
  })

  const { dialler } = attacked
  const told = (): string[] => dialler.log.events.map(({ msg }) => String(msg ?? ''))
  const inForce = (): string[] => told().filter((text) => text.endsWith('came from a peer, and is in force'))

  it('changes nothing, but by a newer list: not by one that is forged, old, or of another app', async () => {
    const guest = goodGuest(keys)
    const listing = { ports: [], types: [] }
    const liar = new FakeActor({
      raw,
      app: keys.app,
      listing,
      directory: guest.listens,
      ports: guest.listens,
    })
    await liar.open()
    const record = liar.record(guest.holder)
    liar.answersWith(record)
    dialler.hear(record)
    await eventually(() => dialler.met.includes(liar.id), 'they are connected')
    const victim = keys.holder(['actor'])
    const good = keys.list(3, victim)
    const bent = Buffer.from(good)
    bent[20] = (bent[20] ?? 0) ^ 1
    const lies: readonly Buffer[] = [
      other.list(3, victim),
      other.list(3, strangersHolder(keys.app)),
      bent,
      keys.list(3, victim, 'neighbour'),
      keys.list(1, keys.revoked),
      keys.list(0, victim),
      Buffer.alloc(66_048, 1),
      Buffer.alloc(0),
    ]
    for (const [nth, lie] of lies.entries()) {
      liar.offers(HIGH, lie)
      await eventually(() => liar.asked > nth, `it is asked for lie ${nth}`, PATIENCE_MS)
    }
    await eventually(() => told().some((text) => text.includes('is worth nothing')), 'that is told')
    // One that says what it is: nobody asks for it.
    liar.offers(1, keys.list(1, victim))
    liar.offers(2, keys.list(2, keys.revoked))
    await eventually(() => inForce().length > 0, 'a newer one', PATIENCE_MS)
    expect(inForce()).to.deep.equal(['list 2 of who is revoked came from a peer, and is in force'])
    expect(told().filter((text) => text.includes('is worth nothing'))).to.have.length(1)
    expect(liar.asked).to.equal(lies.length + 1)
    await attacked.exchange()
  })
})
