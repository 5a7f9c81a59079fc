/** Every request settles, in each of the three ways to ask: answered, timed out, or rejected. */
import { expect } from 'chai'
import { Ans } from '../../../ports/ans.js'
import { Rep } from '../../../ports/rep.js'
import { Srv } from '../../../ports/srv.js'
import { rejectionOf } from '../../rejection.js'
import { deferred, eventually } from '../../support/eventually.js'
import { Answer, Question } from '../../support/messages.js'
import { TestActors } from '../../support/port-environment.js'
import { askingKinds } from './asking.js'
import { BoundPrograms } from './bound.js'
import { givenUp } from './given-up.js'

/** At once, for a machine that has other things to do. */
const AT_ONCE_MS = 1000

for (const { title, bound, make } of askingKinds) {
  describe(`every request of ${title} settles`, () => {
    const actors = new TestActors()
    const programs = new BoundPrograms()
    afterEach(async () => {
      actors.close()
      await programs.end()
    })

    async function asking(timeout?: number) {
      const { program, peer } = await programs.start(bound)
      const end = make(timeout === undefined ? {} : { timeout })
      await actors.add('Near').open(end.port)
      end.port.update(peer)
      await end.port.ready()
      return { ...end, program, peer }
    }

    it('answered by another process', async () => {
      const { ask, delivered, port } = await asking()
      for (const n of [1, 2, 3]) await ask(n)
      expect(delivered).to.deep.equal([2, 4, 6])
      expect(port.inFlight).to.equal(0)
    })

    it('timed out, by the time of the port or of the call', async () => {
      const { ask, delivered, port } = await asking(30)
      const byPort = await rejectionOf(ask(-1))
      expect(byPort).to.include({ code: 'timeout', retryable: true })
      expect(byPort.message).to.contain('within 30 ms')
      const byCall = await rejectionOf(ask(-1, { timeout: 20 }))
      expect(byCall.message).to.contain('within 20 ms')
      expect([port.inFlight, delivered]).to.deep.equal([0, []])
    })

    it('rejected at once when the process that has it is killed', async () => {
      const { ask, delivered, port, program } = await asking()
      const asked = rejectionOf(ask(-1, { timeout: 60_000 }))
      await eventually(() => port.stats.sent === 1, 'the request left')
      await program.kill()
      const from = performance.now()
      expect(await asked).to.include({ code: 'peer-lost', retryable: true })
      expect(performance.now() - from).to.be.below(AT_ONCE_MS)
      expect([port.connected, port.inFlight, delivered]).to.deep.equal([0, 0, []])
      expect(await rejectionOf(ask(1))).to.include({ code: 'not-connected' })
    })

    it('rejected when the port is closed (ETERM), or reset', async () => {
      const { ask, port, peer } = await asking()
      const first = rejectionOf(ask(-1))
      await port.reset()
      expect(await first).to.include({ code: 'closed' })
      port.update(peer)
      await port.ready()
      const second = rejectionOf(ask(-1))
      port.close()
      expect(await second).to.include({ code: 'closed' })
      expect(await rejectionOf(ask(1))).to.include({ code: 'not-open' })
    })

    it('and one that was given up is never delivered later', async () => {
      const there = actors.add('Slow')
      const gate = deferred()
      let begun = 0
      const slow = async ({ n }: { n: number }) => {
        if (n === 1) {
          begun++
          await gate.promise
        }
        return { n }
      }
      const far = {
        ans: () => new Ans(Question, Answer, async (q, reply) => void reply(await slow(q))),
        rep: () => new Rep(Question, Answer, slow),
        srv: () => new Srv(Question, Answer, slow),
        pub: () => expect.fail('a pub answers nothing'),
      }[bound]()
      await there.open(far)
      const { port, ask, delivered } = make()
      await actors.add('Near').open(port)
      port.update(there.peer(far))
      await port.ready()
      await givenUp(
        (options) => ask(1, options),
        () => begun > 0,
      )
      gate.resolve()
      await eventually(() => port.stats.late === 1, 'the late answer')
      await ask(2)
      expect(delivered).to.deep.equal([2])
      expect(port.stats).to.include({ received: 1, late: 1 })
    })
  })
}
