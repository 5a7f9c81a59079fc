import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import { z } from 'zod'
import { actor, app, Component, ControlError } from '../../../runtime/index.js'
import { createTestNetwork, type TestComponent, testComponent } from '../../../testing/index.js'
import { rejectionOf } from '../../rejection.js'
import { Reading } from './lab.js'

const PRIMED = 9100
const prime = z.object({ seconds: z.number().min(0), how: z.enum(['hard', 'soft']).default('soft') })

class Pump extends Component {
  readonly steps: string[] = []
  readonly given: unknown[] = []
  readonly rate = this.property('rate', z.number().min(0).max(10), {
    ...{ value: 1, writable: true },
    onChange: async (now, before) => {
      await sleep(10)
      if (now === 9) throw new Error('too much for this pipe')
      this.steps.push(`${before} to ${now}`)
    },
  })
  readonly litres = this.property('litres', z.number(), { value: 0 })
  readonly prime = this.command('prime', prime, async ({ seconds, how }) => {
    this.steps.push(`begins ${how}`)
    await sleep(seconds * 1000)
    this.litres.value += seconds * this.rate.value
    this.event(PRIMED, { seconds })
    this.steps.push('ends')
    return { litres: this.litres.value }
  })
  readonly halt = this.command('halt', undefined, () => undefined, { code: 200 })
  readonly keep = this.command('keep', undefined, (args) => this.given.push(args))
  readonly when = this.command('when', undefined, () => new Date(0))
  readonly huge = this.command('huge', undefined, () => 1n)
  readonly breaks = this.command('breaks', undefined, () => {
    throw new RangeError('it broke')
  })
  readonly reading = this.sub(Reading, () => this.steps.push('reads'))

  override onActivate(): void {
    this.event(PRIMED)
  }
}

async function codeOf(work: Promise<unknown>): Promise<unknown> {
  const error = await rejectionOf(work)
  return error instanceof ControlError ? error.code : error
}

describe('a component under test that is commanded', () => {
  let pump: TestComponent<Pump>
  beforeEach(async () => {
    pump = await testComponent(Pump)
  })
  afterEach(() => pump.close())

  it('does it, and takes its time', async () => {
    const begunMs = pump.network.now
    expect(await pump.command('prime', { seconds: 3 })).to.deep.equal({ litres: 3 })
    expect(pump.network.now - begunMs).to.equal(3000)
    expect(pump.component.steps).to.deep.equal(['begins soft', 'ends'])
  })

  it('is called by the path of a command, too, and by its code', async () => {
    expect(await pump.command('component.prime', { seconds: 0 })).to.deep.equal({ litres: 0 })
    expect(await pump.command(200)).to.equal(null)
  })

  it('runs commands in turn with all its handlers', async () => {
    pump.publish(Reading, { n: 1 })
    await Promise.all([pump.command('prime', { seconds: 1, how: 'hard' }), pump.set('rate', 2)])
    await pump.command('prime', { seconds: 1 })
    const [first, second, ...rest] = pump.component.steps
    expect([first, second]).to.deep.equal(['begins hard', 'ends'])
    expect(rest).to.have.members(['reads', '1 to 2', 'begins soft', 'ends'])
    expect(rest.slice(-2)).to.deep.equal(['begins soft', 'ends'])
  })

  it('is given what a door brings, and answers what a door takes', async () => {
    const args = { at: new Date(0), left: undefined, list: [undefined] }
    await pump.command('keep', args)
    await pump.command('keep')
    expect(pump.component.given).to.deep.equal([{ at: '1970-01-01T00:00:00.000Z', list: [null] }, {}])
    expect(await pump.command('when')).to.equal('1970-01-01T00:00:00.000Z')
    expect(await rejectionOf(pump.command('huge'))).to.be.instanceOf(TypeError)
  })

  it('refuses what a door refuses, by the same errors', async () => {
    expect(await codeOf(pump.command('fly'))).to.equal('unknown-command')
    expect(await codeOf(pump.command(7))).to.equal('unknown-command')
    expect(await codeOf(pump.command('prime', { seconds: -1 }))).to.equal('bad-arguments')
    expect(await codeOf(pump.command('prime'))).to.equal('bad-arguments')
    expect(() => pump.get('level')).to.throw(ControlError, 'no property "level"')
    expect(await codeOf(pump.set('level', 1))).to.equal('unknown-property')
    expect(await codeOf(pump.set('litres', 1))).to.equal('read-only')
    expect(await codeOf(pump.set('rate', 11))).to.equal('bad-arguments')
    expect(pump.component.steps).to.deep.equal([])
  })

  it('tells what its handlers throw, which its log has, too', async () => {
    expect(await rejectionOf(pump.command('breaks'))).to.be.instanceOf(RangeError)
    expect(pump.actor.log.at(-1)).to.include('it broke')
    expect(String(await rejectionOf(pump.set('rate', 9)))).to.include('too much for this pipe')
    expect(pump.get('rate')).to.equal(1)
  })

  it('has properties that are read and set', async () => {
    expect(pump.get('rate')).to.equal(1)
    await pump.set('rate', 5)
    expect([pump.get('component.rate'), pump.component.rate.value]).to.deep.equal([5, 5])
    expect(pump.component.steps).to.deep.equal(['1 to 5'])
  })

  it('does nothing more when its actor stops, and says so', async () => {
    const waits = pump.command('prime', { seconds: 50 })
    pump.actor.kill()
    expect(await codeOf(waits)).to.equal('actor-stopping')
    expect(await codeOf(pump.command('halt'))).to.equal('actor-stopping')
  })
})

describe('what a component under test tells', () => {
  const primed = { is: 'event', component: 'component', kind: PRIMED }
  const changed = { is: 'property', component: 'component' }

  for (const clock of ['virtual', 'real'] as const) {
    it(`is there when its command has ended, with the ${clock} clock`, async () => {
      const pump = await testComponent(Pump, {}, { clock })
      try {
        expect(pump.told).to.deep.equal([{ ...primed, context: null }])
        await pump.command('prime', { seconds: 0.01 })
        await pump.set('rate', 2)
        expect(pump.told.slice(1)).to.deep.equal([
          { ...primed, context: { seconds: 0.01 } },
          { ...changed, property: 'litres', value: 0.01, before: 0 },
          { ...changed, property: 'rate', value: 2, before: 1 },
        ])
      } finally {
        await pump.close()
      }
    })
  }

  it('has several changes of one turn as one, and none that was taken back', async () => {
    const pump = await testComponent(Pump)
    for (const value of [1, 2, 3]) pump.component.litres.value = value
    await rejectionOf(pump.set('rate', 9))
    expect(pump.told.slice(1)).to.deep.equal([{ ...changed, property: 'litres', value: 3, before: 0 }])
    await pump.close()
  })
})

describe('an actor on a test network', () => {
  const rigs = app('rigs', {
    actors: { Rig: actor({ components: () => ({ left: Pump, right: Pump }) }) },
  })

  it('is commanded by the paths of its components, and tells what happens to it', async () => {
    const network = createTestNetwork()
    try {
      const rig = await network.start(rigs, 'Rig')
      const other = await network.start(rigs, 'Rig')
      expect(await codeOf(rig.command('prime', { seconds: 1 }))).to.equal('ambiguous')
      await rig.command('left.prime', { seconds: 1 })
      await rig.set('right.rate', 4)
      expect([rig.get('left.litres'), rig.get('right.litres'), rig.get('right.rate')]).to.deep.equal([
        1, 0, 4,
      ])
      await rig.stop()
      const kinds = rig.happenings.map(({ is }) => is)
      expect(kinds.filter((is) => is !== 'event')).to.deep.equal([
        ...['started', 'ready', 'peer', 'property', 'property', 'stopping'],
      ])
      other.kill()
      const before = other.happenings.length
      await network.advance('1s')
      expect(other.happenings).to.have.length(before)
    } finally {
      await network.close()
    }
  })
})
