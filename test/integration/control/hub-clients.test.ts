import { setTimeout as after } from 'node:timers/promises'
import { expect } from 'chai'
import type { Hub } from '../../../control/hub/index.js'
import { HubUser } from '../../../control/index.js'
import { rejectionOf } from '../../rejection.js'
import { deferred, eventually } from '../../support/eventually.js'
import { HubsForTests } from './hubs-for-tests.js'

class Pump {
  level = 0
  readonly #calls: string[] = []

  fill(litres: number, { twice = false } = {}): number {
    this.level += twice ? 2 * litres : litres
    return this.level
  }

  async slowly(word: string): Promise<string> {
    this.#calls.push(word)
    await new Promise((resolve) => setImmediate(resolve))
    return word
  }

  calls(): readonly string[] {
    return this.#calls
  }

  fail(): never {
    throw new RangeError('too much')
  }

  endless(): bigint {
    return 1n
  }

  _secret(): string {
    return 'secret'
  }
}

function urlOf({ port }: Hub): string {
  return `http://127.0.0.1:${port}`
}

async function registryOf(hub: Hub): Promise<unknown> {
  const answer = await fetch(`${urlOf(hub)}/registry`, { headers: { authorization: `Bearer ${hub.token}` } })
  return answer.json()
}

describe('a HubUser and a HubWorker', function () {
  this.timeout(60_000)
  const hubs = new HubsForTests()

  it('call methods of objects that are elsewhere, as if they were here', async () => {
    const hub = await hubs.start()
    await hubs.worker(hub, { name: 'Rig 1/ä', objects: { PUMP: new Pump() } })
    const user = hubs.user(hub)
    const pump = user.remote<Pump>('Rig 1/ä', 'PUMP')
    expect(await pump.fill(2)).to.equal(2)
    const named = { to: 'Rig 1/ä', object: 'PUMP', method: 'fill', args: [2], kwargs: { twice: true } }
    expect(await user.call(named)).to.equal(6)
    expect(await pump.slowly('a b\n"ü"')).to.equal('a b\n"ü"')
    const [worker] = await user.workers()
    expect(worker).to.deep.include({ name: 'Rig 1/ä', there: true, waiting: 0 })
    const methods = ['fill', 'slowly', 'calls', 'fail', 'endless']
    expect(worker?.objects).to.deep.equal({ PUMP: { methods } })
    // Users of control-lab-ly look there for the address of an object.
    expect(await registryOf(hub)).to.deep.equal({ 'Rig 1/ä': { PUMP: ['Rig 1/ä'] } })
  })

  it('tell what fails, and what nobody may call', async () => {
    const hub = await hubs.start()
    await hubs.worker(hub, { name: 'W', objects: { PUMP: new Pump() } })
    const user = hubs.user(hub)
    const failing: [string, string, string][] = [
      ['PUMP', 'fail', 'RangeError!!too much'],
      ['PUMP', 'endless', 'TypeError!!'],
      ['NONE', 'fill', 'KeyError!!Object not found'],
      ...['nosuch', '_secret', 'constructor', '__proto__', 'toString', 'hasOwnProperty', 'level'].map(
        (method): [string, string, string] => ['PUMP', method, `AttributeError!!Method not found: ${method}`],
      ),
    ]
    for (const [object, method, text] of failing) {
      const error = await rejectionOf(user.call({ to: 'W', object, method }))
      expect(error, method).to.include({ code: 'hub-failed' })
      expect(error, method).to.have.property('message').that.includes(text)
    }
    const late = await rejectionOf(user.call({ to: 'nobody', method: 'x', timeoutMs: 150 }))
    expect(late).to.have.property('message').that.includes('not answered in time')
  })

  it('have commands carried out in the order of their ranks, one after another', async () => {
    const hub = await hubs.start()
    const pump = new Pump()
    const user = hubs.user(hub)
    const post = (word: string, more: object): Promise<string> =>
      user.post({ to: 'W', object: 'PUMP', method: 'slowly', args: [word], ...more })
    const ids = [
      await post('first', {}),
      await post('second', {}),
      await post('urgent', { priority: true }),
      await post('rank 2', { rank: 2 }),
      await post('rank 1', { rank: 1 }),
    ]
    await hubs.worker(hub, { name: 'W', objects: { PUMP: pump } })
    for (const id of ids)
      for await (const { status } of user.replies(id)) expect(status).to.equal('completed')
    expect(pump.calls()).to.deep.equal(['rank 1', 'rank 2', 'urgent', 'first', 'second'])
  })

  it('hear all replies where a command goes to several', async () => {
    const hub = await hubs.start()
    for (const name of ['A', 'B', 'C']) await hubs.worker(hub, { name, objects: { PUMP: new Pump() } })
    const user = hubs.user(hub)
    const id = await user.post({ to: ['A', 'B', 'C'], object: 'PUMP', method: 'fill', args: [1] })
    const replies = []
    for await (const { worker, data } of user.replies(id)) replies.push([worker, data])
    expect(replies.sort()).to.deep.equal([
      ['A', 1],
      ['B', 1],
      ['C', 1],
    ])
  })

  it('carry out a command once, though its lease ran out meanwhile', async () => {
    const hub = await hubs.start()
    const calls: string[] = []
    let release: () => void = () => undefined
    const slow = {
      hold(): Promise<string> {
        calls.push('hold')
        return new Promise((resolve) => {
          release = () => resolve('held')
        })
      },
      quick: () => calls.push('quick'),
    }
    await hubs.worker(hub, { name: 'W', objects: { SLOW: slow }, atOnce: 2, leaseMs: 300 })
    const user = hubs.user(hub)
    const held = user.call({ to: 'W', object: 'SLOW', method: 'hold' })
    // So many that leases would have run out, were they not extended.
    for (let at = 0; at < 8; at++) {
      await user.call({ to: 'W', object: 'SLOW', method: 'quick' })
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    release()
    expect(await held).to.equal('held')
    expect(calls.filter((each) => each === 'hold')).to.have.length(1)
  })

  it('know each other until the worker stops, and again where the hub has forgotten it', async () => {
    const hub = await hubs.start()
    const worker = await hubs.worker(hub, { name: 'W', objects: { PUMP: new Pump() } })
    const user = hubs.user(hub)
    await fetch(`${urlOf(hub)}/v1/workers/W`, {
      ...{ method: 'DELETE', headers: { authorization: `Bearer ${hub.token}` } },
    })
    expect(await user.workers()).to.deep.equal([])
    while ((await user.workers()).length === 0) await after(50)
    await worker.stop()
    expect(await user.workers()).to.deep.equal([])
  })

  it('part, though the hub is away and has an answer to come', async () => {
    const data = hubs.folder()
    const hub = await hubs.start({ data })
    const begun = deferred()
    const release = deferred<string>()
    const slow = {
      hold: () => {
        begun.resolve()
        return release.promise
      },
    }
    const warnings: string[] = []
    const worker = await hubs.worker(hub, {
      ...{ name: 'W', objects: { SLOW: slow }, atOnce: 2, warn: (text: string) => warnings.push(text) },
    })
    await hubs.user(hub).post({ to: 'W', object: 'SLOW', method: 'hold' })
    await begun.promise
    await hub.stop()
    await eventually(() => warnings.some((text) => text.includes('takes no commands for now')), 'a warning')
    const stopped = worker.stop()
    release.resolve('held')
    await stopped
    expect(warnings.at(-1)).to.match(/^the hub did not take the answer of W to /)
  })

  it('tell once that the hub no longer lets the worker in', async () => {
    const data = hubs.folder()
    const hub = await hubs.start({ data })
    let token = hub.token ?? ''
    const warnings: string[] = []
    const warn = (text: string): unknown => warnings.push(text)
    await hubs.worker(hub, { name: 'W', objects: { PUMP: new Pump() }, token: () => token, warn })
    token = 'another'
    await hub.stop()
    await eventually(() => warnings.length > 0, 'that the hub is away')
    await hubs.start({ data, port: hub.port })
    await eventually(() => warnings.length > 1, 'that it refuses')
    expect(warnings).to.have.length(2)
    expect(warnings[1]).to.include('token')
  })

  it('need the token of the hub', async () => {
    const hub = await hubs.start()
    const url = `http://127.0.0.1:${hub.port}`
    for (const token of [undefined, 'wrong', '']) {
      const stranger = new HubUser({ url, token })
      expect(await rejectionOf(stranger.workers())).to.include({ code: 'hub-refused' })
    }
  })
})
