/** A hub that is killed with -9 while it writes: what it answered for is carried out, and once. */
import { expect } from 'chai'
import { HubUser, HubWorker } from '../../../control/index.js'
import { type CliProcess, cliForTests } from '../../support/cli.js'
import { freePort } from '../../support/free-port.js'
import { HubsForTests } from './hubs-for-tests.js'

const COMMANDS = 10_000
const KILLS = 5
const USERS = 20
const WORKERS = 4

describe('a hub that is killed', function () {
  this.timeout(120_000)
  const cli = cliForTests()
  const hubs = new HubsForTests()

  it('loses no command that it accepted, and has none carried out twice', async () => {
    const [port, data] = [await freePort(), hubs.folder()]
    const url = `http://127.0.0.1:${port}`
    const start = async (): Promise<CliProcess> => {
      const run = cli.start(['hub', '--port', String(port), '--data', data, '--open', '--json'])
      await run.line(/"ready"/)
      return run
    }
    let hub = await start()
    const carriedOut = new Map<string, number>()
    const counter = { count: (id: string) => carriedOut.set(id, (carriedOut.get(id) ?? 0) + 1).get(id) }
    const names = Array.from({ length: WORKERS }, (_, at) => `W${at}`)
    // That the hub is away is no news here.
    const options = { url, objects: { COUNTER: counter }, atOnce: 20, warn: () => undefined }
    const workers = names.map((name) => new HubWorker({ ...options, name }))
    await Promise.all(workers.map((worker) => worker.start()))

    let begun = 0
    const killAt = Array.from({ length: KILLS }, (_, at) => Math.floor((COMMANDS * (at + 0.5)) / KILLS))
    let killing: Promise<void> = Promise.resolve()
    const killed: number[] = []
    const kill = async (): Promise<void> => {
      hub.signal('SIGKILL')
      await hub.ended
      killed.push(carriedOut.size)
      hub = await start()
    }
    const ids = Array.from({ length: COMMANDS }, (_, at) => `c${at}`)
    const accepted: string[] = []
    const left = [...ids]
    const use = async (): Promise<void> => {
      const user = new HubUser({ url })
      for (let id = left.pop(); id !== undefined; id = left.pop()) {
        if (killAt.includes(begun++)) killing = killing.then(kill)
        const to = names[begun % WORKERS] ?? ''
        accepted.push(await user.post({ id, to, object: 'COUNTER', method: 'count', args: [id] }))
      }
      user.close()
    }
    await Promise.all(Array.from({ length: USERS }, use))
    await killing
    expect(killed).to.have.length(KILLS)
    expect(accepted).to.have.length(COMMANDS)
    const user = new HubUser({ url })
    for (const id of ids)
      for await (const { status } of user.replies(id)) expect(status, id).to.equal('completed')
    expect(carriedOut.size).to.equal(COMMANDS)
    expect([...carriedOut].filter(([, times]) => times !== 1)).to.deep.equal([])
    await Promise.all(workers.map((worker) => worker.stop()))
  })
})
