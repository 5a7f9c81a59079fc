import { expect } from 'chai'
import { Ans } from '../../../ports/ans.js'
import { Qry } from '../../../ports/qry.js'
import type { Reply } from '../../../ports/reply.js'
import { rejectionOf } from '../../rejection.js'
import { eventually } from '../../support/eventually.js'
import { Answer, Question } from '../../support/messages.js'
import { TestActors } from '../../support/port-environment.js'
import { BoundPrograms } from './bound.js'

type A = { n: number; by?: string | undefined }

describe('ans', () => {
  const actors = new TestActors()
  const programs = new BoundPrograms()
  afterEach(async () => {
    actors.close()
    await programs.end()
  })

  /** An ans whose replies the test keeps, and askers of it. */
  async function kept(askers: number) {
    const there = actors.add()
    const replies: Reply<A>[] = []
    const ans = await there.open(new Ans(Question, Answer, (_, reply) => replies.push(reply)))
    const asking = await Promise.all(
      Array.from({ length: askers }, async (_, i) => {
        const got: number[] = []
        const qry = await actors.add(`Asker${i}`).open(new Qry(Question, Answer, ({ n }) => got.push(n)))
        qry.update(there.peer(ans))
        await qry.ready()
        return { qry, got }
      }),
    )
    return { ans, replies, asking }
  }

  it('hands over with each query the way back: any number of answers, at any later time', async () => {
    const { replies, asking } = await kept(3)
    for (const [n, { qry }] of asking.entries()) {
      await qry.send({ n })
      await eventually(() => replies.length === n + 1, 'the query')
    }
    // To all earlier askers, in another order, twice.
    for (const times of [1, 2])
      for (const [i, reply] of [...replies.entries()].reverse()) reply({ n: i * 10 + times })
    for (const [i, { got }] of asking.entries()) {
      await eventually(() => got.length === 2, 'both answers')
      expect(got).to.deep.equal([i * 10 + 1, i * 10 + 2])
      expect(replies[i]?.from.actor).to.equal(`Asker${i}`)
    }
  })

  it('that answers an asker who is gone is told: unreachable (EROUTE)', async () => {
    const { ans, replies, asking } = await kept(1)
    await asking[0]?.qry.send({ n: 1 })
    await eventually(() => replies.length === 1, 'the query')
    asking[0]?.qry.close()
    await eventually(() => ans.connected === 0, 'the goodbye')
    const [reply] = replies
    if (!reply) throw new Error('no reply')
    expect(await rejectionOf(ans.send({ n: 1 }, reply))).to.include({ code: 'unreachable' })
  })

  it('in a process of its own answers each of many askers with its own', async () => {
    const { peer } = await programs.start('ans')
    const askers = await Promise.all([0, 1, 2].map(() => actors.add().open(new Qry(Question, Answer))))
    for (const qry of askers) qry.update(peer)
    await Promise.all(askers.map((qry) => qry.ready()))
    const answers = await Promise.all(askers.flatMap((qry, i) => [qry.ask({ n: i }), qry.ask({ n: i + 10 })]))
    expect(answers.map(({ n }) => n)).to.deep.equal([0, 20, 2, 22, 4, 24])
  })
})
