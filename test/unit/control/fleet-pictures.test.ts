/** How actors and agents keep what they tell a hub within its bounds. */
import { expect } from 'chai'
import fastify from 'fastify'
import { ErrandRunner } from '../../../control/agent/errand-runner.js'
import { clipped, fitting, shortJson } from '../../../control/fleet/clipped.js'
import { fleetLimits } from '../../../control/fleet/limits.js'
import { PollPictures } from '../../../control/hub/actor/poll-pictures.js'
import type { Happening } from '../../../runtime/index.js'

const [MEMBER, OTHER] = ['0'.repeat(32), '1'.repeat(32)]
const requestedBy = { id: MEMBER, actor: 'A', component: 'c' }

function asked(poll: string, topic: unknown = 'open?', member = MEMBER): Happening {
  const kind = 'majority'
  return {
    ...{ is: 'poll-asked', group: 'G.one', member, poll, topic, kind, requestedBy },
    ...{ endsInMs: 500.4, actsInMs: undefined },
  }
}

describe('the polls that an actor tells a hub of', () => {
  const nameOf = (member: string): string => (member === MEMBER ? 'first' : 'second')

  it('run, are voted in by each member for itself, and end for all', () => {
    const polls = new PollPictures()
    expect(polls.take(asked('p'), 1000)).to.equal(true)
    expect(polls.take(asked('p', 'open?', OTHER), 1000)).to.equal(true)
    expect(polls.take({ is: 'voted', member: OTHER, poll: 'p', vote: 'no' }, 1100)).to.equal(true)
    const open = { group: 'G.one', id: 'p', topic: 'open?', kind: 'majority', requestedBy, opened: 1000 }
    const none = { ends: 1500, actsAt: null, outcome: null, ended: null }
    expect(polls.all(1200, nameOf)).to.deep.equal([
      { ...open, ...none, component: 'first', vote: null },
      { ...open, ...none, component: 'second', vote: 'no' },
    ])
    const end = { group: 'G.one', poll: 'p', topic: 'open?', kind: 'majority', outcome: 'yes' } as const
    expect(polls.take({ is: 'poll', ...end }, 1300)).to.equal(true)
    const outcomes = polls.all(1400, nameOf).map(({ outcome, ended }) => [outcome, ended])
    expect(outcomes).to.deep.equal([
      ['yes', 1300],
      ['yes', 1300],
    ])
    expect(polls.all(1301 + fleetLimits.pollEndedMs, nameOf)).to.deep.equal([])
  })

  it('are of those that it was asked about, and no more than so many', () => {
    const polls = new PollPictures()
    expect(polls.take({ is: 'voted', member: MEMBER, poll: 'p', vote: 'no' }, 0)).to.equal(false)
    expect(polls.take({ is: 'stalled', ms: 1 }, 0)).to.equal(false)
    for (let at = 0; at <= fleetLimits.polls; at++) polls.take(asked(`p${at}`, 'x'.repeat(5000)), 0)
    const all = polls.all(1, nameOf)
    expect([all.length, all[0]?.id, all[0]?.topic]).to.deep.equal([fleetLimits.polls, 'p1', null])
  })
})

describe('what an actor tells a hub', () => {
  it('is made short where it is too long', () => {
    expect(clipped('x'.repeat(5000))).to.have.length(fleetLimits.textChars)
    expect(shortJson({ a: 1 }, 100)).to.deep.equal({ a: 1 })
    const cyclic: { self?: unknown } = {}
    cyclic.self = cyclic
    for (const value of ['x'.repeat(200), 1n, cyclic, undefined, () => 1]) {
      expect(shortJson(value, 100)).to.equal(null)
    }
    const long = 'x'.repeat(fleetLimits.partBytes)
    const short = (): string[] => ['short']
    expect(fitting(() => [long], short)).to.equal('["short"]')
    expect(fitting(() => [long])).to.equal(undefined)
  })
})

describe('the errands of an agent', () => {
  const server = fastify()
  const urls: string[] = []
  server.get('/v1/actors/:id/log', (request, reply) => {
    urls.push(request.url)
    const { id } = request.params as { id: string }
    // Four bytes of a character, cut after so many.
    const bytes = Buffer.concat([Buffer.from('aé'), Buffer.from('😀').subarray(0, Number(id))])
    return reply.header('quorate-log-from', 10).header('quorate-log-next', 0).send(bytes)
  })
  server.get('/v1/actors', (_request, reply) => reply.send({ all: 'x'.repeat(fleetLimits.errandBytes) }))
  const runner = new ErrandRunner(server, 'token')
  after(() => server.close())

  it('hand out a log in parts that end with a character', async () => {
    const read = async (cut: number) =>
      (await runner.run({ id: 'e', method: 'GET', path: `/v1/actors/${cut}/log` })).log
    for (const cut of [0, 1, 2, 3]) {
      expect(await read(cut), `${cut}`).to.deep.equal({ from: 10, next: 13, text: 'aé' })
    }
    expect(await read(4)).to.deep.equal({ from: 10, next: 17, text: 'aé😀' })
    await runner.run({ id: 'e', method: 'GET', path: '/v1/actors/4/log?follow=true&most=1000000' })
    expect(urls.at(-1)).to.match(new RegExp(`&follow=false&most=${fleetLimits.errandLogBytes}$`))
  })

  it('are refused where they are none, or their answer is too long', async () => {
    expect(await runner.run({ id: 'e', method: 'GET', path: '/metrics' })).to.include({ status: 400 })
    expect(await runner.run({ id: 'e', method: 'GET', path: '/v1/actors' })).to.include({ status: 413 })
    expect(await runner.run({ id: 'e', method: 'GET', path: '/v1/apps' })).to.include({ status: 404 })
  })
})
