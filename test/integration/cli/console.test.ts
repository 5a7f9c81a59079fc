import { expect } from 'chai'
import { RpcClient } from '../../../control/index.js'
import { cliForTests } from '../../support/cli.js'
import { needed } from '../../support/needed.js'
import { Typed, typingMissing } from '../../support/typed.js'

const APP = `
import { actor, app, Component } from 'quorate'
import { z } from 'zod'
class Pump extends Component {
  rate = this.property('rate', z.number().min(0), {
    ...{ value: 1, writable: true, description: 'litres a minute' },
  })
  prime = this.command('prime', z.object({ seconds: z.number(), how: z.enum(['hard', 'soft']).optional() }),
    ({ seconds }) => ({ litres: seconds * this.rate.value }), { description: 'fill the pipe' })
  halt = this.command('halt', undefined, () => this.event(101, { reason: 'asked' }), { code: 200 })
}
export default app('rigs', { actors: { Rig: actor({ components: () => ({ pump: Pump }) }) } })
`

describe('quorate console', function () {
  this.timeout(60_000)
  const cli = cliForTests()

  /** An actor with a door at free ports; gives where its directory is. */
  async function rig(...options: readonly string[]): Promise<string> {
    const run = cli.start(['run', cli.file('rigs.ts', APP), '--json', ...options])
    await run.until(() => run.events.some(({ event }) => event === 'ready'), 'ready')
    return String(run.events.find(({ event }) => event === 'ready')?.directory)
  }

  it('carries out lines, as an operator, and ends with the exit code of the first that fails', async () => {
    const directory = await rig()
    const lines =
      'pump.prime seconds=3; set rate 7; get pump.rate; commands; properties; emergency stop; actors'
    const done = await cli.run(['console', 'Rig', '--discovery', `static:${directory}`, '--exec', lines])
    expect(done.stderr).to.deep.equal([])
    const [headings, row] = done.stdout.slice(-2)
    expect(headings).to.match(/^actor +id +app +host +keys +commands$/)
    expect(row).to.match(
      /^Rig +[0-9a-f]{16} +rigs +127\.0\.0\.1 +yes +as an operator at 127\.0\.0\.1:\d+:\d+$/,
    )
    expect(done.stdout.slice(0, -2)).to.deep.equal([
      '{"litres":3}',
      '7',
      'pump.prime [how=hard|soft] seconds=<number>  fill the pipe',
      'pump.halt                                    (200)',
      'pump.rate = 7  litres a minute',
    ])
    expect(done.code).to.equal(0)
    const failing: [string, number, RegExp][] = [
      ['set rate -1; get rate', 1, /--exec:1: FAILED, error 4: pump\.rate: value: /],
      ['get "a; b"', 1, /error 2: this actor has no property "a; b"/],
      ['get level', 1, /error 2: this actor has no property "level"; it has pump\.rate/],
      ['nonsense', 2, /there is no "nonsense"; help lists what there is/],
      ['set rate', 2, /set <property> <value>/],
      ['pump.prime "seconds', 2, /quote at character 12 does not end/],
      ['wait leader-elected 0.1', 1, /no event leader-elected came within 0\.1 s/],
      ['group Cell.north transfer', 1, /error 6: this actor has not joined Cell\.north; it has joined none/],
    ]
    for (const [exec, code, text] of failing) {
      const end = await cli.run(['console', 'Rig', '--discovery', `static:${directory}`, '--exec', exec])
      expect(end.stderr.join('\n'), exec).to.match(text)
      expect(end.code, exec).to.equal(code)
      expect(end.stdout).to.deep.equal([])
    }
  })

  it('says that nobody is there, and what it was given that makes no sense', async () => {
    const directory = await rig()
    const [nobody, nowhere, both] = await cli.runAll([
      ['console', 'Nobody', '--discovery', `static:${directory}`, '--exec', 'status'],
      ['console', '127.0.0.1:1:2', '--exec', 'status'],
      ['console', '--exec', 'status', '--file', 'x'],
    ])
    expect(nobody?.stderr.join()).to.match(/there is no actor "Nobody"; there are Rig/)
    expect(nowhere?.stderr.join()).to.match(/nobody answers at 127\.0\.0\.1:1:2/)
    expect([nobody?.code, nowhere?.code, both?.code]).to.deep.equal([3, 3, 2])
  })

  it('carries out a file, for programs as JSON, by the door in clear text', async () => {
    const directory = await rig('--rpc', '0:0')
    const file = cli.file('lines.txt', '# a comment\nget rate\n\nset rate 2\n')
    const args = ['console', 'Rig', '--discovery', `static:${directory}`, '--file', file, '--json']
    const { stdout, code } = await cli.run(args)
    expect(code).to.equal(0)
    const lines: { line: string; value: unknown }[] = stdout.map((line) => JSON.parse(line))
    expect(lines.map(({ line, value }) => [line, value])).to.deep.equal([
      ['# a comment', undefined],
      ['get rate', 1],
      ['set rate 2', null],
    ])
  })

  it('is typed at: Tab completes, events come above the line, Ctrl-C throws it away', async function () {
    needed(this, typingMissing())
    const directory = await rig()
    const typed = new Typed(
      [...cli.command, 'console', 'Rig', '--discovery', `static:${directory}`],
      cli.environment,
    )
    try {
      await typed.sees(/Rig> $/)
      typed.type('pump.pr\t')
      await typed.sees(/pump\.prime $/)
      typed.type('sec\t')
      await typed.sees(/seconds=$/)
      typed.resize(24, 30)
      typed.type('4 how=h\t')
      await typed.sees(/how=hard $/)
      typed.type('\r')
      await typed.sees(/\{"litres":4\}[\r\n]+Rig> $/)
      typed.type('set rate 5')
      await typed.sees(/set rate 5$/)
      typed.type('\x03')
      await typed.sees(/Rig> $/)
      // What happens is shown above what is typed, which stays.
      typed.type('get ra')
      await typed.sees(/get ra$/)
      const other = ['console', 'Rig', '--discovery', `static:${directory}`, '--exec', 'pump.halt']
      await cli.run(other)
      const shown = await typed.sees(/emergency-stop[^\n]*asked[\s\S]*Rig> get ra$/)
      expect(shown).to.match(/EMERGENCY emergency-stop \{"reason":"asked"\}/)
      typed.type('te\r')
      await typed.sees(/te[\r\n]+1[\r\n]+Rig> $/)
      typed.type('\x04')
      expect(await typed.ended).to.equal(0)
    } finally {
      await typed.kill()
    }
  })

  it('says that it lost the actor, and found it again, above the line that is typed', async function () {
    needed(this, typingMissing())
    const directory = await rig()
    const console = [...cli.command, 'console', 'Rig', '--discovery', `static:${directory}`]
    const typed = new Typed(console, cli.environment)
    try {
      await typed.sees(/Rig> $/)
      typed.type('get ra')
      await typed.sees(/get ra$/)
      expect(await cli.run(['keys', 'rotate', 'rigs'])).to.include({ code: 0 })
      const shown = await typed.sees(/commands go to Rig again[\s\S]*Rig> get ra$/)
      expect(shown).to.match(/the connection to Rig is broken; it is looked for again/)
      typed.type('te\r')
      await typed.sees(/te[\r\n]+1[\r\n]+Rig> $/)
      typed.type('\x04')
      expect(await typed.ended).to.equal(0)
    } finally {
      await typed.kill()
    }
  })
})

describe('quorate device', function () {
  this.timeout(60_000)
  const cli = cliForTests()

  it('answers every command, as the device that it plays', async () => {
    const device = cli.start(['device', '--subscriber-port', '0', '--command-port', '0', '--heartbeat', '1'])
    await device.until(() => device.stderr.length > 0, 'where it listens')
    const [, subscriberPort, commandPort] =
      /publishes at 127\.0\.0\.1:(\d+), takes commands at 127\.0\.0\.1:(\d+)/.exec(device.stderr[0] ?? '') ??
      []
    const client = new RpcClient({ subscriberPort: Number(subscriberPort), commandPort: Number(commandPort) })
    try {
      expect(await client.request(300)).to.deep.include({ result: 100 })
      expect(await client.run(100)).to.include({ result: 100, command: 100 })
      expect(await client.request(99_999, { customCommand: 7, data: { x: 1 } })).to.include({ result: 100 })
      await device.line(/^command 99999 custom 7 nonce \d+ \{"x":1\}$/)
      device.signal('SIGTERM')
      expect((await device.ended).code).to.equal(0)
    } finally {
      client.close()
    }
  })

  it('publishes the lines that are typed: events, and any text on any topic', async function () {
    needed(this, typingMissing())
    const args = ['device', '--subscriber-port', '0', '--command-port', '0']
    const typed = new Typed([...cli.command, ...args], cli.environment)
    let client: RpcClient | undefined
    try {
      const told = await typed.sees(/publishes at \S+:\d+, takes commands at \S+:\d+/)
      const [subscriberPort = 0, commandPort = 0] = [...told.matchAll(/127\.0\.0\.1:(\d+)/g)].map(
        ([, port]) => Number(port),
      )
      client = new RpcClient({ subscriberPort, commandPort, topics: [7, 4001] })
      const events = client.events()[Symbol.asyncIterator]()
      await client.connected()
      typed.type('publish 7 hello there\revent 1501 x=3\r')
      const [text, event] = [await events.next(), await events.next()]
      expect(String(text.value?.bytes)).to.equal('hello there')
      expect(event.value?.value).to.deep.include({ kind: 1501, context: { x: 3 } })
      typed.type('quit\r')
      expect(await typed.ended).to.equal(0)
    } finally {
      client?.close()
      await typed.kill()
    }
  })
})
