import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect } from 'chai'
import { HubUser } from '../../../control/index.js'
import { rejectionOf } from '../../rejection.js'
import { freePort } from '../../support/free-port.js'
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
    expect(worker?.objects).to.deep.equal({ PUMP: ['fill', 'slowly', 'calls', 'fail', 'endless'] })
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

  it('end in time where the hub is away, whatever is collected meanwhile', async () => {
    setFlagsFromString('--expose-gc')
    const collect: () => void = runInNewContext('gc')
    const user = new HubUser({ url: `http://127.0.0.1:${await freePort()}` })
    const collecting = setInterval(collect, 20)
    try {
      const error = await rejectionOf(user.call({ to: 'W', method: 'm', timeoutMs: 300 }))
      expect(error).to.include({ code: 'hub-unreachable' })
    } finally {
      clearInterval(collecting)
    }
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
