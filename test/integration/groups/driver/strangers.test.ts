/** Strangers that make up ids: they take no place of a member that is listed, however many they are. */
import { expect } from 'chai'
import { Answering } from '../../../../groups/driver/answering.js'
import { Envelope, routingIdOf } from '../../../../groups/driver/frames.js'
import { Publishing } from '../../../../groups/driver/publishing.js'
import { groupLimits } from '../../../../groups/limits.js'
import { createSockets } from '../../../../ports/index.js'
import { eventually } from '../../../support/eventually.js'

const GROUP = 'test/Cell.one'
const ME = '1'.repeat(32)
const LISTED = '2'.repeat(32)
const strangers = Array.from({ length: groupLimits.participants + 20 }, (_, n) => `${n}`.padStart(32, 'f'))
/** The last of them, which comes when there is no place any more. */
const [last = ''] = strangers.slice(-1)

describe('places at the sockets of a group', () => {
  const sockets = createSockets()
  after(() => sockets.closeAll())
  const envelope = new Envelope(GROUP, ME)
  const nothing = (): void => undefined
  const events = {
    ...{ changed: nothing, unsent: nothing, refused: nothing, arrived: () => 1 },
    isListed: (id: string) => id === LISTED,
  }

  it('to subscribe are there for members that are listed, and bounded for all others', async () => {
    let heard = 0
    const changed = (): void => {
      heard++
    }
    const publishing = new Publishing(sockets, envelope, { ...events, changed })
    sockets.bind(publishing.socket, 'tcp://127.0.0.1:*')
    publishing.open()
    const subscribe = (...ids: readonly string[]): void => {
      const subscriber = sockets.subscriber()
      subscriber.connect(publishing.socket.lastEndpoint ?? '')
      for (const id of ids) subscriber.subscribe(envelope.ownTopic(ME, id))
    }
    subscribe(...strangers)
    await eventually(() => heard >= strangers.length, 'all strangers have asked')
    const placed = strangers.filter((id) => publishing.reaches(id))
    expect([placed.length, publishing.reaches(last)]).to.deep.equal([groupLimits.participants, false])
    subscribe(LISTED)
    await eventually(() => heard > strangers.length, 'the listed one has asked')
    expect(publishing.reaches(LISTED)).to.equal(true)
    publishing.close()
  })

  it('to be answered are lost by the oldest stranger, and by members that are listed last of all', () => {
    const answering = new Answering(sockets, envelope, events)
    for (const id of [LISTED, ...strangers]) answering.greeted({ id, routingId: routingIdOf(id) })
    const placed = strangers.filter((id) => answering.way(id))
    expect(answering.way(LISTED)).to.be.an('object')
    expect(placed).to.deep.equal(strangers.slice(1 - groupLimits.participants))
    answering.close()
  })
})
