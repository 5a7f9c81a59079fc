/** `quorate top`, with agents and hubs that are there, and some that are not. */
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { expect } from 'chai'
import { agentsForTests } from '../../support/agents.js'
import { cliForTests } from '../../support/cli.js'
import { needed } from '../../support/needed.js'
import { Typed, typingMissing } from '../../support/typed.js'
import { HubsForTests } from '../control/hubs-for-tests.js'

const NOBODY = 'http://127.0.0.1:9'

interface Sample {
  readonly v: number
  readonly event: string
  readonly actors: readonly Readonly<Record<string, unknown>>[]
  readonly workers: readonly Readonly<Record<string, unknown>>[]
  readonly away: readonly { readonly url: string }[]
}

describe('quorate top', function () {
  this.timeout(60_000)
  const cli = cliForTests()
  const agents = agentsForTests(cli)
  const hubs = new HubsForTests()
  const { app } = agents

  it('--once prints the actors of agents and the workers of hubs, and who is away', async () => {
    const [one, two] = [await agents.start(), await agents.start({ args: [] })]
    await one.start({ app, actor: 'Plain', id: 'first' })
    const hub = await hubs.start()
    await hubs.worker(hub, { name: 'Rig', objects: {} })
    const args = ['--agent', one.address, '--agent', `${two.address},${join(two.data, 'token')}`]
    const url = `http://127.0.0.1:${hub.port}`
    const env = { QUORATE_HUB_TOKEN: hub.token ?? '' }
    const servers = [...args, '--hub', url, '--agent', NOBODY]
    const { code, stdout, stderr } = await cli.run(['top', '--once', '--interval', '0.3', ...servers], {
      env,
    })
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: [] })
    const text = stdout.join('\n')
    expect(stdout[0]).to.match(/^actor +id +app +state +pid +cpu % +memory +restarts +up$/)
    expect(text).to.match(
      new RegExp(`^Plain +first +${app} +active +\\d+ +\\d+\\.\\d +[\\d.]+ MiB +0 +\\d+ s$`, 'm'),
    )
    expect(text).to.match(/^Rig +127\.0\.0\.1:\d+ +there +0 +0\.0 +\d+ s ago$/m)
    expect(text).to.match(/^http:\/\/127\.0\.0\.1:9 does not tell: \S/m)
    expect(text).not.to.include(two.address)
  })

  it('--json tells so line by line, until it is interrupted', async () => {
    const agent = await agents.start()
    await agent.start({ app, actor: 'Plain', id: 'first' })
    const top = cli.start(['top', '--json', '--interval', '0.2', '--agent', agent.address, '--agent', NOBODY])
    await top.line(/"v":1/, 3)
    top.signal('SIGINT')
    expect((await top.ended).code).to.equal(130)
    const samples = top.stdout.map((line): Sample => JSON.parse(line))
    for (const { v, event, away } of samples) {
      expect({ v, event, url: away[0]?.url }).to.deep.equal({ v: 1, event: 'fleet', url: NOBODY })
    }
    const cpu = samples.map(({ actors }) => actors[0]?.cpuPercent)
    expect(cpu[0]).to.equal(null)
    expect(cpu[1]).to.be.a('number')
    expect(samples[2]?.actors[0]).to.include({ id: 'first', app, state: 'active', restarts: 0 })
  })

  it('prints a table each time where nobody sees it drawn', async () => {
    const agent = await agents.start()
    const top = cli.start(['top', '--interval', '0.2', '--agent', agent.address])
    await top.line(/^\d\d:\d\d:\d\d {2}0 actors, 0 active$/, 2)
    top.signal('SIGTERM')
    expect((await top.ended).code).to.equal(130)
    expect(stripVTControlCharacters(top.stdout.join())).to.equal(top.stdout.join())
  })

  it('is drawn anew at a terminal, obeys keys, and gives it back', async function () {
    needed(this, typingMissing())
    const agent = await agents.start()
    await agent.start({ app, actor: 'Plain', id: 'first' })
    for (const [key, code] of [
      ['q', 0],
      ['\x03', 130],
    ] as const) {
      const args = ['top', '--interval', '0.5', '--agent', agent.address]
      const typed = new Typed([...cli.command, ...args], cli.environment)
      try {
        await typed.sees(/1 actor, 1 active[\s\S]*cpu % ▼[\s\S]*Plain +first/)
        typed.type('\x1b[C')
        await typed.sees(/memory ▼/)
        typed.type('r')
        await typed.sees(/memory ▲/)
        typed.resize(24, 40)
        await typed.sees(/Plain/)
        typed.type(key)
        expect(await typed.ended).to.equal(code)
        // The cursor is seen again, and so is what was there before.
        expect(typed.written).to.include('\x1b[?1049h')
        expect(typed.written.endsWith('\x1b[?25h\x1b[?1049l')).to.equal(true)
      } finally {
        await typed.kill()
      }
    }
  })

  it('exits with 3 where nobody is reached or lets it in, and with 2 for what makes no sense', async () => {
    const agent = await agents.start({ args: [] })
    const hub = await hubs.start({ open: true })
    const openHub = `http://127.0.0.1:${hub.port}`
    const state = { XDG_STATE_HOME: cli.cache }
    for (const [args, code, text] of [
      [['--agent', NOBODY], 3, 'nobody is reached'],
      [['--agent', agent.address], 3, 'it wants a token'],
      [['--agent', openHub], 3, 'it answers with 404; is it an agent'],
      [['--agent', 'nonsense'], 2, '--agent'],
      [['--agent', `${agent.address},none`], 2, 'the token of --agent cannot be read'],
      [['--interval', '0'], 2, '--interval'],
      [['--interval', 'often'], 2, '--interval'],
      [['more'], 2, 'too many arguments'],
    ] as const) {
      const { code: ended, stderr } = await cli.run(['top', '--once', ...args], { env: state })
      expect([ended, stderr.length], args.join(' ')).to.deep.equal([code, 1])
      expect(stderr[0]).to.include(text)
    }
  })
})
