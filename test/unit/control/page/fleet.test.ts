import { expect } from 'chai'
import { pageLimits } from '../../../../control/page/limits.js'
import {
  inOrder,
  isSought,
  kindOf,
  nameOf,
  nodeNameOf,
  stateOf,
} from '../../../../control/page/model/actor.js'
import { type Actor, changed, emptyFleet, type Fleet } from '../../../../control/page/model/fleet.js'
import { momentOf } from '../../../../control/page/model/history.js'
import { actor, agentActor, changes, counters, port, who } from './told.js'

const A = 'plant.Pump.a@rig'

function fleetAfter(...told: Parameters<typeof changes>[0][]): Fleet {
  return told.reduce<Fleet>((fleet, each) => changed(fleet, changes(each), 900), emptyFleet)
}

function known(fleet: Fleet, worker = A): Actor {
  return fleet.actors.get(worker) ?? expect.fail(`there is no ${worker}`)
}

describe('the fleet of the page', () => {
  it('keeps what was told while something else of it changes', () => {
    const ports = [port('out', 'pub', 'Level', [])]
    const fleet = fleetAfter({ actors: [actor('a', { ports })] }, { actors: [{ worker: A, there: false }] })
    expect(known(fleet)).to.deep.include({ ports, there: false })
    expect(fleet.aheadMs).to.equal(100)
  })

  it('begins anew where the hub does', () => {
    const fleet = fleetAfter(
      { actors: [actor('a'), actor('b')] },
      { anew: true, actors: [actor('b')], cursor: '7' },
    )
    expect([...fleet.actors.keys()]).to.deep.equal(['plant.Pump.b@rig'])
    expect(fleet.cursor).to.equal('7')
  })

  it('forgets those that are gone, and not those that have come again with it', () => {
    const gone = { nodes: ['north'], actors: [A] }
    const north = { name: 'north', there: true }
    const first = { nodes: [north], actors: [actor('a'), actor('b')] }
    expect([...fleetAfter(first, { gone }).actors.keys()]).to.deep.equal(['plant.Pump.b@rig'])
    expect([...fleetAfter(first, { gone, nodes: [north] }).nodes.keys()]).to.deep.equal(['north'])
  })

  it('believes nothing of another process, but what its node tells', () => {
    const agent = agentActor('a')
    const first = actor('a', { agent, ports: [port('out', 'pub', 'Level', [])], counters: counters(0, {}) })
    const fleet = fleetAfter({ actors: [first] }, { actors: [{ worker: A, there: true, who: who('other') }] })
    expect(known(fleet)).to.include({ agent })
    expect(known(fleet)).to.not.have.any.keys('ports', 'counters')
  })

  it('tells messages a second from two counts, without the ticks of timers', () => {
    const ports = [port('out', 'pub', 'Level', []), port('tick', 'tim', 'tick', [])]
    const count = (at: number, sent: number) =>
      counters(at, { 'pump.out': { sent, received: 1 }, 'pump.tick': { sent: 0, received: at } })
    const told = (at: number, sent: number) => ({ actors: [{ worker: A, counters: count(at, sent) }] })
    const fleet = fleetAfter({ actors: [actor('a', { ports })] }, told(1000, 10), told(3000, 30))
    expect(known(fleet).pace).to.deep.equal({ sent: 10, received: 0, grouped: 0 })
    expect(momentOf(fleet, 900)).to.deep.equal({ at: 1000, messages: 10, lagMs: 1 })
  })

  it('tells none of a count that fell, nor of an actor that is away', () => {
    const told = (at: number, sent: number) => {
      return { actors: [{ worker: A, counters: counters(at, { 'pump.out': { sent } }) }] }
    }
    expect(known(fleetAfter({ actors: [actor('a')] }, told(1, 9), told(2, 1))).pace).to.equal(undefined)
    const away = { actors: [{ worker: A, there: false }] }
    const fleet = fleetAfter({ actors: [actor('a')] }, told(1, 1), told(2, 9), away)
    expect(known(fleet).pace).to.equal(undefined)
  })

  it('keeps five minutes of rates', () => {
    const rate = (at: number) => ({ at, posted: 0, answered: 0, p50: null, p99: null })
    const rates = Array.from({ length: pageLimits.keptSeconds }, (_, at) => rate(at))
    const fleet = fleetAfter({ rates }, { rates: [rate(999)] })
    expect(fleet.rates).to.have.length(pageLimits.keptSeconds)
    expect(fleet.rates.at(-1)?.at).to.equal(999)
  })
})

describe('an actor of the page', () => {
  it('is called as its agent calls it, or as its worker is', () => {
    expect(nameOf({ worker: 'x', agent: agentActor('a7') })).to.equal('Pump a7')
    expect(nameOf(actor('2'))).to.equal('Pump 2')
    expect(nameOf({ worker: 'plant.Pump@rig:2', who: who('b') })).to.equal('Pump :2')
    expect(nameOf({ worker: 'plant.Pump@rig', who: who('b') })).to.equal('Pump')
    expect(kindOf({ worker: 'stranger' })).to.equal('stranger')
  })

  it('is where its node is, and as its agent has it', () => {
    expect(nodeNameOf({ worker: 'x', agent: agentActor('a') })).to.equal('north')
    expect(nodeNameOf(actor('a'))).to.equal('rig')
    expect(stateOf({ worker: 'x', there: false, agent: agentActor('a', { state: 'failed' }) })).to.equal(
      'failed',
    )
    expect(stateOf(actor('a', { there: false }))).to.equal('away')
  })

  it('is found by any of its names, and stands in the order of numbers', () => {
    expect(isSought(actor('a'), 'pump RIG')).to.equal(true)
    expect(isSought(actor('a'), 'pump south')).to.equal(false)
    expect(inOrder(['10', '9', '1'].map((name) => actor(name))).map(nameOf)).to.deep.equal([
      'Pump 1',
      'Pump 9',
      'Pump 10',
    ])
  })
})
