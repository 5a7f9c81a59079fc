import { expect } from 'chai'
import { Ans } from '../../../ports/ans.js'
import { Qry } from '../../../ports/qry.js'
import type { Reply } from '../../../ports/reply.js'
import { eventually } from '../../support/eventually.js'
import { Answer, Question } from '../../support/messages.js'
import { TestActors } from '../../support/port-environment.js'
import { BoundPrograms } from './bound.js'

type A = { n: number; by?: string | undefined }

describe('qry', () => {
  const actors = new TestActors()
  const programs = new BoundPrograms()
  afterEach(async () => {
    actors.close()
    await programs.end()
  })

  it('sends any number of queries without waiting; the answers go to its handler', async () => {
    const there = actors.add()
    const waiting: { n: number; reply: Reply<A> }[] = []
    const ans = await there.open(new Ans(Question, Answer, ({ n }, reply) => waiting.push({ n, reply })))
    const got: number[] = []
    const qry = await actors.add().open(new Qry(Question, Answer, ({ n }) => got.push(n)))
    qry.update(there.peer(ans))
    await qry.ready()
    for (let n = 0; n < 100; n++) void qry.send({ n })
    await eventually(() => waiting.length === 100, 'all queries, none answered')
    for (const { n, reply } of waiting.reverse()) reply({ n })
    await eventually(() => got.length === 100, 'all answers')
    expect(got).to.deep.equal(Array.from({ length: 100 }, (_, i) => 99 - i))
  })

  it('asks an ans in another process', async () => {
    const { peer } = await programs.start('ans')
    const got: number[] = []
    const qry = await actors.add().open(new Qry(Question, Answer, ({ n }) => got.push(n)))
    qry.update(peer)
    await qry.ready()
    const answers = await Promise.all([1, 2, 3].map((n) => qry.ask({ n })))
    expect(answers).to.deep.equal([{ n: 2 }, { n: 4 }, { n: 6 }])
    await qry.send({ n: 4 })
    await eventually(() => got.length === 1, 'the answer to send()')
    expect(got).to.deep.equal([8])
  })
})
