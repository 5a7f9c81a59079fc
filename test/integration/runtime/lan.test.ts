/** Actors on several hosts: network namespaces on a bridge, mDNS between them. */
import { expect } from 'chai'
import type { ActorProcess } from '../../support/actor-process.js'
import type { Event } from '../../support/events.js'
import { lanForTests } from '../../support/lan.js'

const APP = 'test/fixtures/apps/pair.ts'

describe('actors on several hosts', function () {
  this.timeout(40_000)
  const hosts = lanForTests(2)

  function start(host: number, actor: string, ...more: string[]): Promise<ActorProcess> {
    const { processes, lan } = hosts
    return processes.start(APP, [actor, ...more], (...command) => lan.on(host, ...command))
  }

  const startOn = (host: number, actor: string) => start(host, actor, '--interface', 'eth0')

  /** Resolves with the first such event that was not there yet. */
  function next({ log }: ActorProcess, matches: (event: Event) => boolean): Promise<Event> {
    const seen = new Set(log.events)
    return log.event((event) => !seen.has(event) && matches(event))
  }

  const works = (event: Event): boolean => String(event.msg).includes('all ports work')

  it('find each other over mDNS, and ports of every kind work', async () => {
    const left = await startOn(1, 'Left')
    await startOn(2, 'Right')
    await left.log.event(works)
  })

  it('keep local messages to their host, while global ones cross', async () => {
    const left = await startOn(1, 'Left')
    const here = await startOn(1, 'Right')
    const { id } = await left.log.named('started')
    expect(await here.log.saying('near by')).to.include({ of: id })
    const there = await startOn(2, 'Right')
    expect(await there.log.saying('many pings')).to.include({ near: 0 })
    expect(there.log.events.map(({ msg }) => msg)).not.to.include('near by')
  })

  it('follow a host that gets another address', async () => {
    const left = await startOn(1, 'Left')
    const right = await startOn(2, 'Right')
    await left.log.event(works)
    const gone = next(left, (event) => event.event === 'disconnected')
    hosts.lan.readdress(2, '10.77.0.2', '10.77.0.9')
    await right.log.saying('has the address 10.77.0.9 now')
    await gone
    await next(left, works)
  })

  it('lose each other when a cable is out, and come back when it is in again', async () => {
    const left = await startOn(1, 'Left')
    await startOn(2, 'Right')
    await left.log.event(works)
    const gone = next(left, (event) => event.event === 'disconnected')
    hosts.lan.cable(2, false)
    expect((await gone).why).to.match(/nothing was heard/)
    const again = next(left, works)
    hosts.lan.cable(2, true)
    await again
  })

  it('stay apart where each names only its loopback', async () => {
    const left = await start(1, 'Left')
    const right = await start(2, 'Right')
    // Two that can hear each other find each other in the meantime.
    const third = await start(1, 'Right')
    await left.log.event(works)
    expect(
      left.log.events.filter(({ event }) => event === 'connected').map(({ peer }) => peer),
    ).to.deep.equal([(await third.log.named('started')).id])
    expect(right.log.events.some(({ event }) => event === 'connected')).to.equal(false)
  })
})
