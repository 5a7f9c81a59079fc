/** The door by which an actor of this process takes commands of a hub, which is a process of its own. */
import { expect } from 'chai'
import { z } from 'zod'
import { hubDoor } from '../../../control/index.js'
import { actor, app, Component } from '../../../runtime/index.js'
import { ActorsForTests } from '../../support/actors-for-tests.js'
import { uniqueApp } from '../../support/apps.js'
import { cliForTests } from '../../support/cli.js'
import { hubProcesses } from '../../support/hub-processes.js'

const LEASE_MS = 100
let calls = 0

class Busy extends Component {
  readonly block = this.command('block', z.object({ ms: z.number() }), ({ ms }) => {
    const until = performance.now() + ms
    while (performance.now() < until) Math.sqrt(2)
    return ++calls
  })
}

describe('the hub door of an actor', function () {
  this.timeout(60_000)
  const cli = cliForTests()
  const hubs = hubProcesses(cli)
  const actors = new ActorsForTests()

  it('has a command carried out once, though its lease ran out while the thread was held', async () => {
    const hub = await hubs.start()
    const definition = app(uniqueApp(), { actors: { Rig: actor({ components: () => ({ it: Busy }) }) } })
    const { url, token } = hub
    await actors.start(definition, 'Rig', {
      ...{ discovery: 'static:', insecure: true, sink: { write: () => undefined } },
      doors: [hubDoor({ url, token, name: 'rig', leaseMs: LEASE_MS })],
    })
    const user = hub.user()
    const id = await user.post({ to: 'rig', object: 'it', method: 'block', args: [10 * LEASE_MS] })
    const replies = []
    for await (const { worker, data } of user.replies(id)) replies.push({ worker, data })
    expect(replies).to.deep.equal([{ worker: 'rig', data: 1 }])
    const { targets } = z
      .object({ targets: z.record(z.string(), z.object({ state: z.string(), attempts: z.number() })) })
      .parse(await hub.ask('GET', `/v1/commands/${id}`))
    expect(targets.rig?.state).to.equal('done')
    // It was handed out again, and answered from memory.
    expect(targets.rig?.attempts).to.be.greaterThan(1)
    expect(calls).to.equal(1)
    user.close()
  })

  it('is made for an address that is one, and a token that can be read', () => {
    expect(() => hubDoor({ url: 'rig7' }))
      .to.throw()
      .with.property('code', 'hub-bad-option')
    const file = cli.file('two lines', 'a\nb\n')
    for (const tokenFile of ['/nowhere', file]) {
      expect(() => hubDoor({ url: 'http://127.0.0.1:1', tokenFile }))
        .to.throw()
        .with.property('code', 'hub-bad-option')
    }
  })
})
