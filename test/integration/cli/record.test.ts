/** `quorate record` and `quorate replay` with actors in processes of their own. */
import { readFileSync, statSync } from 'node:fs'
import { expect } from 'chai'
import { fixtureApp, uniqueApp } from '../../support/apps.js'
import { type CliProcess, cliForTests } from '../../support/cli.js'
import { eventually } from '../../support/eventually.js'

interface Line {
  readonly t?: number
  readonly from?: readonly string[]
  readonly m?: string
  readonly v?: { readonly n: number }
  readonly b?: string
}

describe('quorate record and replay', function () {
  this.timeout(60_000)
  const cli = cliForTests()
  const recorded = fixtureApp('recorded.ts')
  let app = ''
  let files = 0
  beforeEach(() => {
    app = uniqueApp()
  })

  async function runs(actor: string, env: Readonly<Record<string, string>> = {}): Promise<CliProcess> {
    const started = cli.start(['run', recorded, actor, '--json'], { env: { TEST_APP: app, ...env } })
    await started.until(() => started.events.some(({ event }) => event === 'ready'), `${actor} is ready`)
    return started
  }

  function newFile(text?: string): string {
    const path = cli.file(`recording-${files++}/r.jsonl`, text ?? '')
    return text === undefined ? path.replace(/r\.jsonl$/, 'new.jsonl') : path
  }

  function linesIn(path: string): Line[] {
    try {
      return readFileSync(path, 'utf8').split('\n').filter(Boolean).map(lineOf)
    } catch {
      return []
    }
  }

  /** The messages that are in the file already; its last line may be under way. */
  function messagesIn(path: string): Line[] {
    return linesIn(path).filter(({ m }) => m !== undefined)
  }

  async function recording(path: string, count: number, ...args: string[]): Promise<CliProcess> {
    const process = cli.start(['record', path, ...args, '--app', app])
    await eventually(() => messagesIn(path).length >= count, `${count} messages`)
    return process
  }

  /** A recording of readings 1 to 5, 100 ms apart. */
  function fiveReadings(): string {
    const schema = readingType()
    const header = { quorate: 'recording', v: 1, app, at: 0 }
    const messages = [1, 2, 3, 4, 5].map((n) => ({
      t: 100 * n,
      from: ['Meter', 'meter', 'reading'],
      m: 'Reading',
      v: { n, watts: 230 },
    }))
    const lines = [header, { type: schema, scope: 'global' }, ...messages]
    return newFile(`${lines.map((line) => JSON.stringify(line)).join('\n')}\n`)
  }

  let type: unknown
  function readingType(): unknown {
    return type
  }
  before(async () => {
    app = uniqueApp()
    const path = newFile()
    await runs('Meter')
    const process = await recording(path, 1, 'Reading')
    process.signal('SIGINT')
    await process.ended
    const text = readFileSync(path, 'utf8').split('\n')[1] ?? ''
    type = JSON.parse(text).type
    await cli.end()
  })

  /** What a Display has said of readings. */
  function readings(display: CliProcess): number[] {
    return display.events.flatMap(({ msg }) => {
      const [, n] = /^reading (\d+)$/.exec(String(msg)) ?? []
      return n === undefined ? [] : [Number(n)]
    })
  }

  it('records a message by its name: every message, in order, with its time, until Ctrl-C', async () => {
    await runs('Meter')
    const path = newFile()
    const process = await recording(path, 20, 'Reading')
    process.signal('SIGINT')
    const { code, stderr } = await process.ended
    expect(code).to.equal(0)
    expect(stderr.at(-1)).to.match(/^\d+ messages, \d+ bytes, 1 port subscribed: /)
    const [header, first] = linesIn(path)
    expect(header).to.include({ quorate: 'recording', v: 1, app })
    expect(first).to.have.nested.property('type.jsonSchema')
    const messages = messagesIn(path)
    expect(new Set(messages.map(({ m }) => m))).to.deep.equal(new Set(['Reading']))
    expect(messages[0]?.from).to.deep.equal(['Meter', 'meter', 'reading'])
    const numbers = messages.map(({ v }) => v?.n ?? 0)
    expect(numbers).to.deep.equal(numbers.map((_, index) => (numbers[0] ?? 0) + index))
    const times = messages.map(({ t }) => t ?? -1)
    expect(times).to.deep.equal([...times].sort((a, b) => a - b))
  })

  it('records a port by component and name; bytes as base64', async () => {
    await runs('Meter')
    const path = newFile()
    const process = await recording(path, 3, 'meter.image')
    process.signal('SIGTERM')
    expect((await process.ended).code).to.equal(0)
    expect(Buffer.from(messagesIn(path)[0]?.b ?? '', 'base64').toString()).to.match(/^image \d+$/)
  })

  it('records actors that come later, or are started again; tells of internal ports', async () => {
    const first = await runs('Meter')
    const path = newFile()
    const process = await recording(path, 3)
    await first.kill()
    const before = messagesIn(path).length
    await runs('Meter')
    await eventually(() => messagesIn(path).length > before + 3, 'messages of the new one')
    process.signal('SIGINT')
    const { stderr } = await process.ended
    expect(stderr.join('\n')).to.contain('meter.hidden of Meter is internal: nobody else hears it')
  })

  it('ends at its bound, with a file that is whole', async () => {
    await runs('Meter')
    const path = newFile()
    const { code } = await cli.run(['record', path, '--app', app, '--bytes', '3000'])
    expect(code).to.equal(0)
    expect(statSync(path).size).to.be.within(1000, 3000)
    expect(messagesIn(path).length).to.be.above(3)
  })

  it('replays what it recorded: the same values in the same order', async () => {
    const meter = await runs('Meter')
    const path = newFile()
    const process = await recording(path, 10)
    process.signal('SIGINT')
    await process.ended
    await meter.kill()
    const numbers = messagesIn(path).flatMap(({ m, v }) => (m === 'Reading' && v ? [v.n] : []))
    const display = await runs('Display')
    const { code, stderr } = await cli.run(['replay', path])
    expect(stderr.at(-1)).to.equal(`${messagesIn(path).length} messages published from ${path}`)
    expect(code).to.equal(0)
    await display.until(() => readings(display).length === numbers.length, 'all readings')
    expect(readings(display)).to.deep.equal(numbers)
    expect(display.events.some(({ msg }) => /^got image \d+$/.test(String(msg)))).to.equal(true)
  })

  it('keeps the timing, or --speed times as fast', async () => {
    const display = await runs('Display')
    const path = fiveReadings()
    const spans: number[] = []
    for (const args of [[], ['--speed', '8']]) {
      const seen = display.events.length
      expect((await cli.run(['replay', path, ...args])).code).to.equal(0)
      const times = (): number[] =>
        display.events
          .slice(seen)
          .filter(({ msg }) => /^reading /.test(String(msg)))
          .map(({ t }) => Number(t))
      await display.until(() => times().length === 5, 'five readings')
      spans.push((times().at(-1) ?? 0) - (times()[0] ?? 0))
    }
    expect(spans[0]).to.be.within(380, 2000)
    expect(spans[1]).to.be.below((spans[0] ?? 0) / 2)
  })

  it('--from and --to choose a part; --loop goes on until Ctrl-C', async () => {
    const display = await runs('Display')
    const path = fiveReadings()
    const args = ['replay', path, '--speed', '10', '--from', '150ms', '--to', '0.35s']
    expect((await cli.run(args)).code).to.equal(0)
    await display.until(() => readings(display).length === 2, 'two readings')
    const looped = cli.start([...args, '--loop'])
    await display.until(() => readings(display).length >= 8, 'three rounds more')
    looped.signal('SIGINT')
    expect((await looped.ended).code).to.equal(0)
    expect(readings(display).slice(0, 8)).to.deep.equal([2, 3, 2, 3, 2, 3, 2, 3])
  })

  it('refuses a recording whose types do not fit the actors there, and publishes nothing', async () => {
    const display = await runs('Display', { TEST_SCHEMA: 'other' })
    const { code, stderr } = await cli.run(['replay', fiveReadings()])
    expect(code).to.equal(2)
    expect(stderr.join('\n')).to.match(
      /does not fit Display: Reading .* at value\.watts: number here, string there/,
    )
    expect(readings(display)).to.deep.equal([])
  })

  it('says in one line what is wrong, with the exit code for it', async () => {
    const path = fiveReadings()
    const cut = newFile(`${readFileSync(path, 'utf8')}{"t":600,"from":["Met`)
    await runs('Display')
    const wrong: [string[], number, RegExp][] = [
      [['record', path, '--app', app], 2, /is there already; give --force/],
      [['record', newFile(), '--bytes', 'many', '--app', app], 2, /--bytes is "many"/],
      [['record', newFile(), '--for', 'ever', '--app', app], 2, /--for cannot be "ever"/],
      [['record', newFile(), '--discovery', 'static:127.0.0.1:1', '--wait', '100'], 3, /no actors/],
      [['replay', newFile()], 2, /cannot be read/],
      [['replay', newFile('{"no":"recording"}\n')], 2, /is no recording of quorate/],
      [['replay', path, '--speed', '0'], 2, /--speed is "0"/],
      [['replay', path, '--from', '2s', '--to', '1s'], 2, /--to comes before --from/],
      [['replay', path, '--app', uniqueApp()], 3, /no sub of .* takes/],
      [['replay', cut, '--speed', '100'], 1, /:8 is no message: the file was cut or changed/],
    ]
    const ends = await cli.runAll(wrong.map(([args]) => args))
    for (const [index, [args, code, text]] of wrong.entries()) {
      const end = ends[index]
      expect(end?.stderr.join('\n'), args.join(' ')).to.match(text)
      expect(end?.code, args.join(' ')).to.equal(code)
    }
  })
})

function lineOf(text: string): Line {
  try {
    const line: Line = JSON.parse(text)
    return line
  } catch {
    return {}
  }
}
