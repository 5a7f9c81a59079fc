import { expect } from 'chai'
import type { AnsweringPort } from '../../../ports/answering-port.js'
import type { Sender } from '../../../ports/arrival.js'
import { Rep } from '../../../ports/rep.js'
import type { Answerer } from '../../../ports/reply.js'
import { Srv } from '../../../ports/srv.js'
import { rejectionOf } from '../../rejection.js'
import { deferred, eventually } from '../../support/eventually.js'
import { Answer, Question } from '../../support/messages.js'
import { TestActors } from '../../support/port-environment.js'
import { askingKinds } from './asking.js'
import { type BoundKind, BoundPrograms } from './bound.js'
import { served } from './serving.js'

type A = { n: number; by?: string | undefined }

interface Serving {
  readonly kind: BoundKind
  /** What it is asked. */
  readonly request: string
  make(handler: Answerer<A, A>): AnsweringPort<A, A>
}

const kinds: readonly Serving[] = [
  { kind: 'rep', request: 'request', make: (handler) => new Rep(Question, Answer, handler) },
  { kind: 'srv', request: 'call', make: (handler) => new Srv(Question, Answer, handler) },
]

for (const { kind, request, make } of kinds) {
  describe(kind, () => {
    const actors = new TestActors()
    const programs = new BoundPrograms()
    afterEach(async () => {
      actors.close()
      await programs.end()
    })

    it(`gets one ${request} at a time: the next is handled when the last has its reply`, async () => {
      const gates = [deferred<A>(), deferred<A>(), deferred<A>()]
      const begun: number[] = []
      const port = make(async ({ n }) => {
        begun.push(n)
        return (await gates[n]?.promise) ?? { n }
      })
      const { asker } = await served(actors, port)
      const asked = [0, 1, 2].map((n) => asker.ask({ n }))
      for (const [n, gate] of gates.entries()) {
        // All are there, and only the next is handled.
        await eventually(() => port.stats.received === 3 && begun.length > n, 'the next')
        expect(begun).to.have.length(n + 1)
        gate.resolve({ n: n * 10 })
        expect(await asked[n]).to.deep.equal({ n: n * 10 })
      }
    })

    it('replies with what its handler returns, now or by its promise; it knows who asks', async () => {
      const froms: Sender[] = []
      const port = make(({ n }, from) => {
        froms.push(from)
        return n === 1 ? { n: 10 } : Promise.resolve({ n: 20 })
      })
      const { asker } = await served(actors, port)
      expect([await asker.ask({ n: 1 }), await asker.ask({ n: 2 })]).to.deep.equal([{ n: 10 }, { n: 20 }])
      expect(froms.map(({ actor, component, port }) => [actor, component, port])).to.deep.equal([
        ['Asker', 'component', 'qry'],
        ['Asker', 'component', 'qry'],
      ])
    })

    it('replies with an error where its handler throws, and goes on (RIAPS: no reply)', async () => {
      const port = make(({ n }) => {
        if (n === 1) throw new Error('no such n')
        return n === 2 ? Promise.reject(new Error('not now')) : { n }
      })
      const { there, asker } = await served(actors, port)
      for (const [n, words] of [
        [1, 'no such n'],
        [2, 'not now'],
      ] as const) {
        const error = await rejectionOf(asker.ask({ n }))
        expect(error).to.include({ code: 'remote' })
        expect(error.message).to.contain(words)
      }
      expect(await asker.ask({ n: 3 })).to.deep.equal({ n: 3 })
      expect(there.failures).to.have.length(2)
    })

    it('replies with an error to what its schema refuses (EFAULT): its handler never sees it', async () => {
      const seen: unknown[] = []
      const port = make((q) => {
        seen.push(q)
        return { n: 1 }
      })
      const { asker } = await served(actors, port)
      const wrong: A = JSON.parse('{"n":"text"}')
      expect(await rejectionOf(asker.ask(wrong))).to.include({ code: 'remote' })
      expect([seen, port.stats.refused]).to.deep.equal([[], 1])
    })

    it('does not handle what was given up while it waited for its turn', async () => {
      const gate = deferred<A>()
      const begun: number[] = []
      const port = make(({ n }) => {
        begun.push(n)
        return n === 1 ? gate.promise : { n }
      })
      const { asker } = await served(actors, port)
      const first = asker.ask({ n: 1 })
      await eventually(() => begun.length === 1, 'the first')
      expect(await rejectionOf(asker.ask({ n: 2 }, { timeout: 20 }))).to.include({ code: 'timeout' })
      const last = asker.ask({ n: 3 })
      gate.resolve({ n: 1 })
      await Promise.all([first, last])
      expect(begun).to.deep.equal([1, 3])
      expect(port.stats.late).to.equal(1)
    })

    it('counts a reply whose asker is gone', async () => {
      const gate = deferred<A>()
      const port = make(() => gate.promise)
      const { asker } = await served(actors, port)
      const asked = rejectionOf(asker.ask({ n: 1 }))
      await eventually(() => port.stats.received === 1, 'the request')
      asker.close()
      expect(await asked).to.include({ code: 'closed' })
      await eventually(() => port.connected === 0, 'the goodbye')
      gate.resolve({ n: 1 })
      await eventually(() => port.stats.undelivered === 1, 'the count')
    })

    it('tells its askers at reset(), and serves at its new address', async () => {
      const port = make(({ n }) => (n < 0 ? new Promise<A>(() => undefined) : { n }))
      const { there, asker } = await served(actors, port)
      const lost = rejectionOf(asker.ask({ n: -1 }))
      await eventually(() => port.stats.received === 1, 'the request')
      await port.reset()
      expect(await lost).to.include({ code: 'peer-lost' })
      asker.update(there.peer(port))
      await asker.ready()
    })

    it(`in a process of its own serves another here`, async () => {
      const { peer } = await programs.start(kind)
      const near = askingKinds.find(({ bound }) => bound === kind)?.make()
      if (!near) throw new Error(`nobody asks a ${kind}`)
      await actors.add().open(near.port)
      near.port.update(peer)
      await near.port.ready()
      for (let n = 0; n < 20; n++) await near.ask(n)
      expect(near.delivered).to.deep.equal(Array.from({ length: 20 }, (_, n) => n * 2))
    })
  })
}
