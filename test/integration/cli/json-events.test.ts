/** `quorate run --json`: every line is a JSON object, in an order that makes sense. */
import { expect } from 'chai'
import { fixtureApp, uniqueApp } from '../../support/apps.js'
import { cliForTests } from '../../support/cli.js'

const LIVES = fixtureApp('lives.ts')

describe('quorate run --json', function () {
  this.timeout(30_000)
  const cli = cliForTests()

  it('tells the life of actors in events, each with v, t, event and actor', async () => {
    const env = { TEST_APP: uniqueApp() }
    const receiver = cli.start(['run', LIVES, 'Receiver', '--json'], { env })
    await receiver.line(/"ready"/)
    const sender = cli.start(['run', LIVES, 'Sender', '--json'], { env })
    await receiver.line(/heard hello/)
    sender.signal('SIGINT')
    expect(await sender.ended).to.include({ code: 0 })
    await receiver.line(/"disconnected"/)
    receiver.signal('SIGINT')
    expect(await receiver.ended).to.include({ code: 0 })

    for (const { events, actor } of [
      { events: receiver.events, actor: 'Receiver' },
      { events: sender.events, actor: 'Sender' },
    ]) {
      for (const event of events) {
        expect(event).to.include({ v: 1, actor, label: actor })
        expect(event.t).to.be.a('number').above(1.7e12)
        expect(event.event).to.be.a('string')
      }
    }
    const story = receiver.events.map(({ event }) => event)
    expect(story.filter((name) => name !== 'log')).to.deep.equal([
      'started',
      'ready',
      'connected',
      'disconnected',
      'stopping',
      'stopped',
    ])
    expect(receiver.events.find(({ event }) => event === 'started')).to.include({
      app: env.TEST_APP,
      version: '1.0.0',
    })
    const [peer] = sender.events
    expect(receiver.events.find(({ event }) => event === 'connected')).to.include({
      peer: peer?.id,
      peerActor: 'Sender',
    })
    expect(receiver.events.find(({ event }) => event === 'disconnected')?.why).to.be.a('string')
  })

  it('tells what ends an actor as an error, and what it prints as a log', async () => {
    const env = { TEST_APP: uniqueApp() }
    const line = ['run', LIVES, 'Throws', '--discovery', 'static:', '--json']
    const { code, stderr, stdout } = await cli.run(line, { env })
    expect({ code, stderr }).to.deep.equal({ code: 1, stderr: [] })
    const events: Record<string, unknown>[] = stdout.map((line) => JSON.parse(line))
    expect(events.map(({ event }) => event)).to.deep.equal(['started', 'log', 'ready', 'error', 'error'])
    // The first of its app.
    expect(events[1]?.msg).to.match(new RegExp(`^made the app key of ${env.TEST_APP} in `))
    expect(events[3]).to.include({ exit: 1, level: 'error' })
    expect(events[3]?.err).to.include({ type: 'Error', name: 'Error', message: 'out of the blue' })
    expect(events[4]).to.include({ code: 1, signal: null })

    const prints = cli.start(['run', LIVES, 'Prints', '--discovery', 'static:', '--json'])
    await prints.line(/printed/)
    expect(prints.events.find(({ msg }) => msg === 'printed')).to.include({ event: 'log', stream: 'stdout' })
  })

  it('tells of an error of which class it is, and counts ports of every kind', async () => {
    const source = `import { actor, app, Component, PortError } from 'quorate'
class C extends Component {
  tick = this.timer('10ms', () => { throw new PortError('timeout', 'late') })
}
export default app('late', { actors: { A: actor({ components: () => ({ c: C }) }) } })`
    const args = ['run', cli.file('late.ts', source), '--discovery', 'static:', '--json']
    const late = cli.start(args)
    await late.line(/"error"/)
    const [told] = late.events.filter(({ event }) => event === 'error')
    expect(told?.err).to.include({ type: 'PortError', name: 'PortError', code: 'timeout', message: 'late' })
    await late.line(/"ready"/)
    expect(late.events.find(({ event }) => event === 'ready')).to.include({ ports: 1 })
  })

  it('leaves out what an app file prints while the launcher reads it', async () => {
    const source = `import { actor, app, Component } from 'quorate'
console.log('hello from the file')
class C extends Component {}
export default app('chatty', { actors: { A: actor({ components: () => ({ c: [C, {}] }) }) } })`
    const args = ['run', cli.file('chatty.ts', source), '--discovery', 'static:', '--json']
    const chatty = cli.start(args)
    await chatty.line(/"ready"/)
    const told = chatty.events.filter(({ msg }) => msg === 'hello from the file')
    expect(told).to.have.length(1)
    expect(told[0]).to.include({ event: 'log', stream: 'stdout', actor: 'A' })
  })
})
