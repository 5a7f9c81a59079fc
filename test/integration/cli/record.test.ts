/** `quorate record` as a user calls it. */
import { existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { uniqueApp } from '../../support/apps.js'
import { eventually } from '../../support/eventually.js'
import { type Hosted, linesIn, messagesIn, only, recordingsForTests } from './recordings.js'

describe('quorate record', function () {
  this.timeout(60_000)
  const { cli, hosts, runs, newFile, recording } = recordingsForTests()
  const app = uniqueApp()
  let meter: Hosted
  let display: Hosted
  before(async () => {
    const { recordedApp } = await import('../../fixtures/apps/recorded.js')
    meter = await hosts(recordedApp(app), 'Meter')
    display = await hosts(recordedApp(uniqueApp()), 'Display')
  })

  it('records actors that come later, or are started again; tells of internal ports', async () => {
    const late = uniqueApp()
    const path = newFile()
    const process = cli.start(['record', path, '--app', late, '--wait', '100'])
    await process.until(() => process.stderr.length === 2, 'its first lines')
    expect(process.stderr).to.include(`quorate: no actor of ${late} is there yet`)
    const first = await runs(late, 'Meter')
    await eventually(() => messagesIn(path).length > 3, 'messages')
    await first.kill()
    const before = messagesIn(path).length
    await runs(late, 'Meter')
    await eventually(() => messagesIn(path).length > before + 3, 'messages of the new one')
    process.signal('SIGINT')
    const { code, stderr } = await process.ended
    expect(stderr.join('\n')).to.contain('meter.hidden of Meter is internal: nobody else hears it')
    expect(code).to.equal(0)
  })

  it('records a message by its name: every message, in order, with its time, until Ctrl-C', async () => {
    const path = newFile()
    const process = await recording(path, 20, 'Reading', ...only(meter))
    process.signal('SIGINT')
    const { code, stderr } = await process.ended
    expect(code).to.equal(0)
    expect(stderr).to.have.length(2)
    expect(stderr.at(-1)).to.match(/^\d+ messages, \d+ bytes, 1 port subscribed: /)
    const [header, first] = linesIn(path)
    expect(header).to.include({ quorate: 'recording', v: 2, app })
    expect(first).to.have.nested.property('type.jsonSchema')
    const messages = messagesIn(path)
    expect(new Set(messages.map(({ m }) => m))).to.deep.equal(new Set(['Reading']))
    expect(messages[0]?.from).to.deep.equal(['Meter', 'meter', 'reading'])
    const numbers = messages.map(({ v }) => v?.n ?? 0)
    expect(numbers).to.deep.equal(numbers.map((_, index) => (numbers[0] ?? 0) + index))
    const times = messages.map(({ t }) => t ?? -1)
    expect(times).to.deep.equal([...times].sort((a, b) => a - b))
  })

  it('records a port by component and name, bytes as base64; says what is not there', async () => {
    const path = newFile()
    const process = await recording(path, 3, 'meter.image', 'Readng', ...only(meter))
    process.signal('SIGTERM')
    const { code, stderr } = await process.ended
    expect(code).to.equal(0)
    expect(Buffer.from(messagesIn(path)[0]?.b ?? '', 'base64').toString()).to.match(/^image \d+$/)
    const text = 'quorate: no pub port carries Readng or is named so; there are meter.reading (Reading), '
    expect(stderr.filter((line) => line.startsWith(text))).to.have.length(2)
  })

  it('ends at its bound, says so, and leaves a file that is whole', async () => {
    const path = newFile()
    const { code, stderr } = await cli.run(['record', path, '--bytes', '3000', ...only(meter)])
    expect(code).to.equal(0)
    expect(stderr.at(-1)).to.equal('quorate: the recording has reached its 3000 bytes (--bytes)')
    expect(statSync(path).size).to.be.within(1000, 3000)
    expect(messagesIn(path).length).to.be.above(3)
  })

  it('fails where it has recorded nothing, and leaves no file', async () => {
    const nothing: [string[], RegExp, string?][] = [
      [['nosuch.port', ...only(meter)], /no pub port carries nosuch.port or is named so; there are/],
      [['Hidden', ...only(meter)], /meter.hidden of Meter is internal/],
      [only(display), /there is no pub port/],
      [only(meter), /no actor of other \(QUORATE_APP\) is there yet/, 'other'],
    ]
    const ends = nothing.map(async ([args, text, set = '']) => {
      const path = newFile()
      const line = ['record', path, ...args, '--for', '100ms']
      const { code, stderr } = await cli.run(line, { env: { QUORATE_APP: set } })
      expect(stderr.join('\n'), args.join(' ')).to.match(text)
      expect(stderr.at(-1), args.join(' ')).to.match(/no port of .* was subscribed to: nothing is recorded/)
      expect(code, args.join(' ')).to.equal(3)
      expect(existsSync(path), args.join(' ')).to.equal(false)
    })
    await Promise.all(ends)
  })

  it('needs a key of an actor where actors have some: its own, or one for any', async () => {
    const carried = join(dirname(newFile()), 'viewer.keys')
    const keys = join(dirname(carried), 'keys')
    const here = ['--keys', keys]
    const record = (path: string) => cli.run(['record', path, '--for', '300ms', ...here, ...only(meter)])
    const without = await record(newFile())
    expect(without.code).to.equal(3)
    expect(without.stderr.join('\n')).to.match(/^quorate: there are no keys of the app \S+ in \S+\/keys; /)
    // Who only looks on sees no message.
    const carry = async (role: string, actor: string) => {
      const file = join(dirname(carried), `${role}.keys`)
      const made = await cli.run(['keys', 'actor', app, actor, '--role', role, '--out', file])
      const taken = await cli.run(['keys', 'import', file, ...here])
      expect([made.code, taken.code]).to.deep.equal([0, 0])
    }
    await carry('viewer', '*')
    expect((await cli.run(['ps', ...here, ...only(meter)])).code).to.equal(0)
    const viewing = await record(newFile())
    expect(viewing.code).to.equal(3)
    expect(viewing.stderr.join('\n')).to.match(
      /has no key for Record, and no app key of .*; quorate keys actor/,
    )
    await carry('actor', 'Record')
    const path = newFile()
    expect((await record(path)).code).to.equal(0)
    expect(messagesIn(path).length).to.be.above(0)
  })

  it('records actors without keys only where it is told to, and then no others', async () => {
    const { recordedApp } = await import('../../fixtures/apps/recorded.js')
    const mixed = uniqueApp()
    const open = await hosts(recordedApp(mixed), 'Meter', { insecure: true })
    const locked = await hosts(recordedApp(mixed), 'Meter')
    const record = async (...more: string[]) => {
      const path = newFile()
      const { code, stderr } = await cli.run([
        'record',
        path,
        '--for',
        '300ms',
        ...only(open, locked),
        ...more,
      ])
      expect(code).to.equal(0)
      expect(stderr.at(-1)).to.match(/ 2 ports subscribed/)
      expect(messagesIn(path).length).to.be.above(0)
      return stderr.join('\n')
    }
    expect(await record()).to.contain(`Meter (${open.id}) has no keys: --insecure records such`)
    expect(await record('--insecure')).to.contain(`Meter (${locked.id}) has keys: leave --insecure out`)
    const alone = await cli.run(['record', newFile(), '--for', '300ms', ...only(open)])
    expect(alone.code).to.equal(3)
  })

  it('says in one line what is wrong, with the exit code for it', async () => {
    const nowhere = join(dirname(newFile()), 'nope', 'x.jsonl')
    const wrong: [string[], number, RegExp][] = [
      [[dirname(newFile()), ...only(meter)], 2, /^quorate: \S+ is a folder; give the name of a file$/],
      [[dirname(newFile()), '--force', ...only(meter)], 2, / is a folder; give the name of a file$/],
      [[nowhere, ...only(meter)], 2, /^quorate: .*nope\/x.jsonl cannot be written: ENOENT/],
      [[newFile(), '--discovery', 'static:127.0.0.1:1', '--wait', '100'], 3, /^quorate: no actors/],
    ]
    const ends = await cli.runAll(wrong.map(([args]) => ['record', ...args]))
    for (const [at, [args, code, text]] of wrong.entries()) {
      expect(ends[at]?.stderr.join('\n'), args.join(' ')).to.match(text).and.not.contain('recording test')
      expect(ends[at]?.code, args.join(' ')).to.equal(code)
    }
  })
})
