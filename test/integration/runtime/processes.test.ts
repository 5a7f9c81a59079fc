/** Two actors in processes of their own, found over mDNS: killed, hung, and started again. */
import { expect } from 'chai'
import { type ActorProcess, ActorProcesses } from '../../support/actor-process.js'
import type { Event } from '../../support/events.js'

const APP = 'test/fixtures/apps/pair.ts'

/** Milliseconds between two events, as the actors themselves stamped them: one host, one clock. */
function between(first: Event, second: Event): number {
  return Number(second.t) - Number(first.t)
}

describe('actors in processes of their own', function () {
  this.timeout(30_000)
  const processes = new ActorProcesses()
  const start = (actor: string): Promise<ActorProcess> => processes.start(APP, [actor])

  afterEach(() => processes.end())

  it('find each other over mDNS, and ports of every kind work', async () => {
    const left = await start('Left')
    const right = await start('Right')
    await left.log.saying('all ports work')
    expect(await right.log.saying('near by')).to.include({ of: (await left.log.named('started')).id })
    for (const { log } of [left, right]) expect(log.events.map(({ event }) => event)).not.to.include('error')
  })

  it('are disconnected at once when the other is killed, and work when it is started again', async () => {
    const left = await start('Left')
    const right = await start('Right')
    await left.log.saying('all ports work')
    const killedAt = Date.now()
    process.kill(right.pid, 'SIGKILL')
    const gone = await left.log.named('disconnected')
    // Seen: a few milliseconds.
    expect(Number(gone.t) - killedAt).to.be.below(1000)
    const seen = left.log.events.length
    await start('Right')
    const works = (event: Event): boolean =>
      left.log.events.indexOf(event) >= seen && String(event.msg).includes('all ports work')
    await left.log.event(works)
  })

  it('are disconnected in time when the other hangs, and connected when it goes on', async () => {
    const left = await start('Left')
    const right = await start('Right')
    await left.log.saying('all ports work')
    process.kill(right.pid, 'SIGSTOP')
    const gone = await left.log.named('disconnected')
    expect(gone.why).to.match(/nothing was heard/)
    process.kill(right.pid, 'SIGCONT')
    const again = await left.log.event((event) => event.event === 'connected' && between(gone, event) >= 0)
    expect(again.peerActor).to.equal('Right')
    const works = (event: Event): boolean =>
      between(again, event) >= 0 && String(event.msg).includes('all ports work')
    await left.log.event(works)
  })
})
