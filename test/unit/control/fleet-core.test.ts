import { expect } from 'chai'
import { jsonText, objectOf } from '../../../control/fastapi/json.js'
import { FleetCore } from '../../../control/fleet/core.js'
import { isErrand } from '../../../control/fleet/errand-path.js'
import { fleetLimits } from '../../../control/fleet/limits.js'
import type { FleetChanges, NodeActor } from '../../../control/fleet/models.js'
import { Rates } from '../../../control/fleet/rates.js'

const who = { app: 'a', version: '1', actor: 'A', id: 'x', host: 'h', pid: 1, started: 1 }
const node = { host: 'h', version: '1', pid: 1, started: 1, labels: {} }

function agent(id: string, worker = `w-${id}`): NodeActor {
  return {
    ...{ id, worker, app: 'a', actor: 'A', params: {}, restart: 'never', state: 'active', why: '', since: 1 },
    ...{ due: null, starts: 1, failures: 0, pid: 1, cpuMs: 1, memoryBytes: 1, limits: {} },
    ...{ log: { begins: 0, ends: 0 }, last: null },
  }
}

type Told = Pick<FleetChanges, 'nodes' | 'actors' | 'gone'> & {
  readonly anew: boolean
  readonly version: number
}

function since(core: FleetCore, version?: number): Told | undefined {
  const changes = core.since(version)
  if (!changes) return undefined
  const { anew, version: now, members } = changes
  return { anew, version: now, ...JSON.parse(jsonText(objectOf(members))) }
}

describe('the core of a fleet', () => {
  it('tells all at first, and then what has changed', () => {
    const core = new FleetCore()
    core.tellActor('w', { who, ports: [] })
    const all = since(core)
    expect(all).to.deep.include({ anew: true, nodes: [], gone: { nodes: [], actors: [] } })
    expect(all?.actors).to.deep.equal([{ worker: 'w', who, ports: [], there: true }])
    expect(since(core, all?.version)).to.equal(undefined)
    core.tellActor('w', { ports: [], groups: [] })
    const changes = since(core, all?.version)
    expect(changes).to.deep.include({ anew: false, actors: [{ worker: 'w', groups: [] }] })
  })

  it('wants all of what it does not know', () => {
    const core = new FleetCore()
    expect(core.tellActor('w', { ports: [] })).to.deep.equal({ whole: true })
    expect(core.tellNode('n', { actors: [agent('1')] })).to.deep.equal({ whole: true })
    expect(core.version).to.equal(0)
    core.tellActor('w', { who })
    core.leaveActor('w')
    expect(core.tellActor('w', { ports: [] })).to.deep.equal({ whole: true })
  })

  it('takes what comes with who somebody is for all of it', () => {
    const core = new FleetCore()
    core.tellActor('w', { who, polls: [], groups: [] })
    core.tellActor('w', { who: { ...who, id: 'y' }, groups: [] })
    expect(since(core)?.actors).to.deep.equal([
      { worker: 'w', who: { ...who, id: 'y' }, groups: [], there: true },
    ])
  })

  it('forgets who has left, and says so once to each', () => {
    const core = new FleetCore()
    core.tellActor('w', { who })
    const { version } = since(core) ?? {}
    core.leaveActor('w')
    core.leaveActor('w')
    expect(since(core, version)?.gone.actors).to.deep.equal(['w'])
    expect(since(core)).to.deep.include({ actors: [], gone: { nodes: [], actors: [] } })
    core.tellActor('w', { who })
    const again = since(core, version)
    expect([again?.gone.actors, again?.actors[0]?.who]).to.deep.equal([['w'], who])
  })

  it('puts together what an actor and its node tell of it', () => {
    const core = new FleetCore()
    core.tellNode('n', { who: node, ids: ['1'], actors: [agent('1')] })
    expect(since(core)?.actors).to.deep.equal([
      { worker: 'w-1', agent: { ...agent('1'), node: 'n' }, there: false },
    ])
    core.tellActor('w-1', { who })
    expect(since(core)?.actors[0]).to.deep.include({ who, there: true })
    core.leaveActor('w-1')
    expect(since(core)?.actors).to.have.length(1)
    core.tellActor('w-1', { who })
    const { version } = since(core) ?? {}
    core.tellNode('n', { gone: ['1'] })
    expect(since(core, version)?.actors).to.deep.equal([{ worker: 'w-1', agent: null }])
  })

  it('has of two nodes that claim an actor the first, until that has it no more', () => {
    const core = new FleetCore()
    core.tellNode('n', { who: node, actors: [agent('1', 'w')] })
    core.tellNode('m', { who: node, actors: [agent('1', 'w')] })
    expect(since(core)?.actors[0]?.agent?.node).to.equal('n')
    core.tellNode('n', { who: node, ids: [] })
    expect(since(core)?.actors).to.deep.equal([])
    core.tellNode('m', { who: node, ids: ['1'], actors: [agent('1', 'w')] })
    expect(since(core)?.actors[0]?.agent?.node).to.equal('m')
  })

  it('keeps a node that is away, until it is forgotten, or there is no room', () => {
    const core = new FleetCore()
    core.tellNode('n', { who: node, actors: [agent('1')] })
    expect(() => core.forgetNode('n'))
      .to.throw()
      .with.property('code', 'hub-conflict')
    core.leaveNode('n')
    expect(since(core)?.nodes).to.deep.equal([{ name: 'n', who: node, there: false }])
    for (let at = 0; at < fleetLimits.nodes; at++) core.tellNode(`n${at}`, { who: node })
    expect(core.nodes.has('n')).to.equal(false)
    expect(since(core)?.actors).to.deep.equal([])
    expect(() => core.tellNode('more', { who: node }))
      .to.throw()
      .with.property('code', 'hub-full')
    expect(core.forgetNode('n')).to.equal(false)
  })

  it('gives back the room of what is gone', () => {
    const core = new FleetCore()
    const topic = 'x'.repeat(300_000)
    const tell = (worker: string) => core.tellActor(worker, { who: { ...who, app: topic } })
    const most = Math.floor(fleetLimits.fleetBytes / topic.length)
    for (let at = 0; at < most; at++) tell(`w${at}`)
    expect(() => tell('more'))
      .to.throw()
      .with.property('code', 'hub-full')
    // What is said again takes no more.
    tell('w0')
    for (let at = 0; at < most; at++) core.leaveActor(`w${at}`)
    for (let at = 0; at < most; at++) tell(`v${at}`)
  })

  it('tells all anew to who was told of so little that nobody knows who went since', () => {
    const core = new FleetCore()
    core.tellActor('w', { who })
    const { version = 0 } = since(core) ?? {}
    for (let at = 0; at <= 2 * fleetLimits.gone; at++) {
      core.tellActor('v', { who })
      core.leaveActor('v')
    }
    expect(since(core, version)).to.deep.include({ anew: true })
    expect(since(core, core.version + 1)).to.deep.include({ anew: true })
    expect(since(core, core.version)).to.equal(undefined)
  })
})

describe('the rates of a hub', () => {
  it('are of whole seconds, with those in which nothing was', () => {
    const rates = new Rates(10_000)
    for (const tookMs of [1, 2, 3, 100]) {
      rates.posted(10_500)
      rates.answered(10_600, tookMs)
    }
    expect(rates.since(0, 10_999)).to.deep.equal([])
    const none = { posted: 0, answered: 0, p50: null, p99: null }
    expect(rates.since(0, 13_000)).to.deep.equal([
      { at: 11_000, posted: 4, answered: 4, p50: 2, p99: 100 },
      { at: 12_000, ...none },
      { at: 13_000, ...none },
    ])
    expect(rates.since(12_000, 13_500)).to.deep.equal([{ at: 13_000, ...none }])
  })

  it('are bounded, however long nothing came, and stand still where a clock is set back', () => {
    const rates = new Rates(0)
    expect(rates.since(0, 1e9)).to.have.length(fleetLimits.rateSeconds)
    rates.posted(5)
    expect(rates.since(1e9, 1e9 + 1000)).to.deep.include.members([
      { at: 1e9 + 1000, posted: 1, answered: 0, p50: null, p99: null },
    ])
    for (let at = 0; at < 5 * fleetLimits.roundTrips; at++) rates.answered(1e9 + 1000, at)
    const [last] = rates.since(1e9 + 1000, 1e9 + 2000)
    expect(last).to.include({ answered: 5 * fleetLimits.roundTrips })
    expect(last?.p50).to.be.at.least(4 * fleetLimits.roundTrips)
  })
})

describe('an errand', () => {
  it('is about actors, their logs and apps, and nothing else', () => {
    for (const [method, path] of [
      ['GET', '/v1/apps'],
      ['GET', '/v1/apps/plant'],
      ['GET', '/v1/actors'],
      ['POST', '/v1/actors?waitMs=1000'],
      ['GET', '/v1/actors/a.b-1'],
      ['DELETE', '/v1/actors/a'],
      ['POST', '/v1/actors/a/start'],
      ['POST', '/v1/actors/a/stop'],
      ['GET', '/v1/actors/a/log?from=1&waitMs=10'],
    ] as const) {
      expect(isErrand(method, path), `${method} ${path}`).to.equal(true)
    }
    for (const [method, path] of [
      ['POST', '/v1/apps'],
      ['GET', '/metrics'],
      ['GET', '/v1/actors/'],
      ['GET', '/v1/actors/..'],
      ['GET', '/v1/actors/../apps'],
      ['GET', '/v1/actors/%2e%2e%2fapps'],
      ['GET', '/v1/actors/a%2flog'],
      ['GET', '/v1/actors/a/log/'],
      ['GET', '/V1/actors'],
      ['GET', '//x/v1/actors'],
      ['GET', 'http://x/v1/actors'],
      ['PUT', '/v1/actors/a'],
      ['GET', '/v1/actors/a\n/log'],
      ['GET', ''],
    ] as const) {
      expect(isErrand(method, path), `${method} ${path}`).to.equal(false)
    }
  })
})
