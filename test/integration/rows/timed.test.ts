import { expect } from 'chai'
import type { Sender } from '../../../ports/arrival.js'
import { Qry } from '../../../ports/qry.js'
import { Sub } from '../../../ports/sub.js'
import { eventually } from '../../support/eventually.js'
import { Answer, Question, Reading } from '../../support/messages.js'
import { TestActors } from '../../support/port-environment.js'
import { BoundPrograms } from './bound.js'

const TIMED = { timed: true }

describe('timed port', () => {
  const actors = new TestActors()
  const programs = new BoundPrograms()
  afterEach(async () => {
    actors.close()
    await programs.end()
  })

  /** What a sub here is told of three messages of a pub in another process, and when it began. */
  async function heard(sends: boolean, hears: boolean) {
    const { program, peer } = await programs.start('pub', { timed: sends })
    const got: Sender[] = []
    const sub = new Sub(Reading, (_, from) => got.push(from), { timed: hears })
    await actors.add().open(sub)
    sub.update(peer)
    await sub.ready()
    const beganAt = Date.now()
    for (const n of ['1', '2', '3']) program.say(n)
    await eventually(() => got.length === 3, 'all messages')
    return { got, beganAt }
  }

  it('get_sendTime(), get_recvTime(): sender and receiver stamp; messages have both', async () => {
    const { got, beganAt } = await heard(true, true)
    for (const { sentAt = Number.NaN, receivedAt = Number.NaN } of got) {
      // Two processes of one host read one clock.
      expect(sentAt).to.be.within(beganAt - 1, receivedAt + 1)
      expect(receivedAt).to.be.within(beganAt - 1, Date.now() + 1)
    }
  })

  it('an untimed sender adds none: the receiver still says when it came', async () => {
    const { got } = await heard(false, true)
    for (const { sentAt, receivedAt } of got) {
      expect(sentAt).to.equal(undefined)
      expect(receivedAt).to.be.a('number')
    }
  })

  it('an untimed receiver is told no times (RIAPS still stores the sending time)', async () => {
    const { got } = await heard(true, false)
    for (const from of got) expect(from).to.have.all.keys('actor', 'actorId', 'component', 'port')
  })

  it('of an ans in another process tells the asker when each answer left and came', async () => {
    const { peer } = await programs.start('ans', TIMED)
    const got: Sender[] = []
    const qry = new Qry(Question, Answer, (_, from) => got.push(from), TIMED)
    await actors.add().open(qry)
    qry.update(peer)
    await qry.ready()
    const beganAt = Date.now()
    await qry.send({ n: 1 })
    await eventually(() => got.length === 1, 'the answer')
    const [{ sentAt = Number.NaN, receivedAt = Number.NaN } = {}] = got
    expect(sentAt).to.be.within(beganAt - 1, receivedAt + 1)
  })
})
