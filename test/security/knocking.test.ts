/**
 * Every kind of intruder at every kind of socket that listens on the network: nothing reaches it, and nothing
 * of it is handled. Whoever comes with a good key is served first, by the same way, so that the test sees.
 */
import { expect } from 'chai'
import { uniqueApp } from '../support/apps.js'
import { AppKeys } from './app-keys.js'
import { AttackedApp } from './cell.js'
import { goodGuest, intruders } from './intruders.js'
import { doors, introduceAt } from './knocks.js'
import { RawSockets } from './raw-sockets.js'

/** What strangers are told where they show a certificate. */
const ANSWERS: Readonly<Record<string, string>> = {
  'unknown key': 'bad-certificate',
  'revoked key': 'revoked',
  'expired key': 'expired',
  'key of another app': 'wrong-app',
}
/** The directory shows who looks on what there is; operators may command. */
const LET_IN: Readonly<Record<string, readonly string[]>> = {
  directory: ['valid key as viewer', 'valid key as operator'],
  commands: ['valid key as operator'],
  events: ['valid key as operator'],
}

describe('intruders that dial', function () {
  this.timeout(60_000)
  const keys = new AppKeys(uniqueApp())
  const good = goodGuest(keys)
  const bad = intruders(keys)
  const attacked = new AttackedApp(keys)
  const raw = new RawSockets()
  const doorPort = (): number => attacked.server.record.seal?.door ?? 0
  before(async () => {
    await attacked.start()
    await introduceAt(raw, doorPort(), good)
    await attacked.askForCommands(raw, good.dials(attacked.server.key))
    raw.close()
  })
  afterEach(() => raw.close())
  after(() => {
    raw.close()
    return attacked.stop()
  })

  it('hear from the introduction only what everybody may know, or why they are not let in', async () => {
    expect(await introduceAt(raw, doorPort(), good)).to.have.property('answer')
    for (const guest of bad.filter(({ holder }) => holder)) {
      const answer = await introduceAt(raw, doorPort(), guest)
      const code = ANSWERS[guest.name]
      if (code) expect(answer, guest.name).to.deep.equal({ code })
      else expect(answer, guest.name).to.have.property('answer')
    }
  })

  for (const door of doors) {
    it(`get nothing through the ${door.name}, where a good key does`, async () => {
      const served = door.knock(raw, attacked, good.dials(attacked.server.key))
      expect(await served.tried()).to.equal('admitted')
      // Who subscribes is connected a moment before the publisher knows it: what is sent then is not for it.
      while (!served.isServed()) await attacked.exchange()
      const ofGood = attacked.strange
      raw.close()
      const isLetIn = (name: string): boolean => LET_IN[door.name]?.includes(name) === true
      const attempts = bad
        .filter(({ name }) => !isLetIn(name))
        .map((guest) => ({ guest, knock: door.knock(raw, attacked, guest.dials(attacked.server.key)) }))
      for (const { guest, knock } of attempts) expect(await knock.tried(), guest.name).to.equal('refused')
      // What is sent to all after they have been refused has not gone to them either.
      await attacked.exchange()
      await attacked.exchange()
      for (const { guest, knock } of attempts) expect(knock.heard, guest.name).to.deep.equal([])
      expect(attacked.strange).to.deep.equal(ofGood)
      expect(attacked.server.met).to.deep.equal([attacked.dialler.actor.id])
    })
  }
})
