/** `quorate replay` as a user calls it. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { z } from 'zod'
import { message } from '../../../ports/message.js'
import { uniqueApp } from '../../support/apps.js'
import { eventually } from '../../support/eventually.js'
import { type Hosted, linesIn, messagesIn, only, recordingsForTests } from './recordings.js'

describe('quorate replay', function () {
  this.timeout(60_000)
  const { cli, hosts, runs, newFile, recording } = recordingsForTests()
  const app = uniqueApp()
  const { name, fingerprint, jsonSchema } = message('Reading', z.object({ n: z.number(), watts: z.number() }))
  const type = { type: { name, fingerprint, jsonSchema }, scope: 'global' }
  let display: Hosted
  before(async () => {
    const { recordedApp } = await import('../../fixtures/apps/recorded.js')
    display = await hosts(recordedApp(app), 'Display')
  })
  beforeEach(() => {
    display.events.length = 0
  })

  function reading(n: number, t = 100 * n) {
    return { t, from: ['Meter', 'meter', 'reading'], m: 'Reading', v: { n, watts: 230 } }
  }

  /** A recording, by default of readings 1 to 5, 100 ms apart; `rest` comes after its last line. */
  function recorded(messages: object[] = [1, 2, 3, 4, 5].map((n) => reading(n)), rest = ''): string {
    const lines = [{ quorate: 'recording', v: 2, app, at: 0 }, type, ...messages]
    return newFile(`${lines.map((line) => JSON.stringify(line)).join('\n')}\n${rest}`)
  }

  /** What a Display has said of readings. */
  function readings(of: { readonly events: readonly Record<string, unknown>[] } = display): number[] {
    return of.events.flatMap(({ msg }) => {
      const [, n] = /^reading (\d+)$/.exec(String(msg)) ?? []
      return n === undefined ? [] : [Number(n)]
    })
  }

  it('replays what was recorded: the same values in the same order', async () => {
    const { recordedApp } = await import('../../fixtures/apps/recorded.js')
    const found = uniqueApp()
    const meter = await hosts(recordedApp(found), 'Meter')
    const path = newFile()
    const process = await recording(path, 10, ...only(meter))
    process.signal('SIGINT')
    await process.ended
    await meter.stop()
    const numbers = messagesIn(path).flatMap(({ m, v }) => (m === 'Reading' && v ? [v.n] : []))
    const other = await runs(found, 'Display')
    const { code, stderr } = await cli.run(['replay', path])
    expect(stderr).to.deep.equal([`${messagesIn(path).length} messages published from ${path}`])
    expect(code).to.equal(0)
    await other.until(() => readings(other).length === numbers.length, 'all readings')
    expect(readings(other)).to.deep.equal(numbers)
    expect(other.events.some(({ msg }) => /^got image \d+$/.test(String(msg)))).to.equal(true)
  })

  it('replays to actors without keys where it is told to be without', async () => {
    const { recordedApp } = await import('../../fixtures/apps/recorded.js')
    const open = uniqueApp()
    const heard = await hosts(recordedApp(open), 'Display', { insecure: true })
    const path = recorded([reading(7, 1)])
    const line = ['replay', path, '--app', open, ...only(heard)]
    const locked = await cli.run(line)
    expect(locked.code).to.equal(3)
    expect(locked.stderr.join()).to.match(
      /no sub of \S+ takes what .*; its actors have no keys: add --insecure$/,
    )
    const { code } = await cli.run([...line, '--insecure'])
    await eventually(() => readings(heard).length > 0, 'the reading')
    expect({ code, heard: readings(heard) }).to.deep.equal({ code: 0, heard: [7] })
    const closed = await cli.run(['replay', path, '--insecure', ...only(display)])
    expect(closed.stderr.join()).to.match(/its actors have keys: leave --insecure out$/)
  })

  it('replays nothing where it has no key of the app, and makes none', async () => {
    const path = recorded()
    const none = join(dirname(path), 'none')
    const { code, stderr } = await cli.run(['replay', path, '--keys', none, ...only(display)])
    expect(code).to.equal(3)
    expect(stderr.join('\n')).to.match(
      /^quorate: there are no keys of the app \S+ in \S+\/none; quorate keys/,
    )
    expect(existsSync(none)).to.equal(false)
  })

  it('replays to each scope what was recorded in it', async () => {
    const { scopesApp } = await import('../../fixtures/apps/scopes.js')
    const [recorded, replayed] = [scopesApp(uniqueApp()), scopesApp(uniqueApp())]
    const meters = await Promise.all(['Near', 'Far'].map((each) => hosts(recorded, each)))
    const path = newFile()
    const process = await recording(path, 10, ...only(...meters))
    process.signal('SIGINT')
    await process.ended
    const whose = new Set(messagesIn(path).map(({ scope = 'global', v }) => `${scope} ${v?.who}`))
    expect(whose).to.deep.equal(new Set(['local Near', 'global Far']))
    expect(linesIn(path).filter((line) => line.type)).to.have.length(2)
    const displays = await Promise.all(['NearDisplay', 'FarDisplay'].map((each) => hosts(replayed, each)))
    const args = ['replay', path, '--app', replayed.name, ...only(...displays)]
    expect((await cli.run(args)).code).to.equal(0)
    for (const [at, who] of ['Near', 'Far'].entries()) {
      const count = messagesIn(path).filter(({ v }) => v?.who === who).length
      const heard = () =>
        (displays[at]?.events ?? []).flatMap(({ msg }) => /^reading of .*/.exec(`${msg}`) ?? [])
      await eventually(() => heard().length === count, `${count} readings of ${who}`)
      expect(new Set(heard())).to.deep.equal(new Set([`reading of ${who}`]))
    }
  })

  it('keeps the timing, or --speed times as fast', async () => {
    const path = recorded()
    const spans: number[] = []
    for (const args of [[], ['--speed', '8']]) {
      const seen = display.events.length
      expect((await cli.run(['replay', path, ...args, ...only(display)])).code).to.equal(0)
      const times = (): number[] =>
        display.events
          .slice(seen)
          .filter(({ msg }) => /^reading /.test(String(msg)))
          .map(({ t }) => Number(t))
      await eventually(() => times().length === 5, 'five readings')
      spans.push((times().at(-1) ?? 0) - (times()[0] ?? 0))
    }
    // 400 ms, and 50, as the Display sees them.
    expect(spans[0]).to.be.within(200, 2000)
    expect(spans[1]).to.be.below(200)
  })

  it('--from and --to choose a part; --loop goes on until Ctrl-C', async () => {
    const args = ['replay', recorded(), '--speed', '10', '--from', '150ms', '--to', '0.35s', ...only(display)]
    expect((await cli.run(args)).code).to.equal(0)
    await eventually(() => readings().length === 2, 'two readings')
    const looped = cli.start([...args, '--loop'])
    await eventually(() => readings().length >= 8, 'three rounds more')
    looped.signal('SIGINT')
    expect((await looped.ended).code).to.equal(0)
    expect(readings().slice(0, 8)).to.deep.equal([2, 3, 2, 3, 2, 3, 2, 3])
  })

  it('refuses a recording whose types do not fit the actors there, and publishes nothing', async () => {
    const { recordedApp } = await import('../../fixtures/apps/recorded.js')
    const other = await hosts(recordedApp(app, 'string'), 'Display')
    const { code, stderr } = await cli.run(['replay', recorded(), ...only(display, other)])
    expect(code).to.equal(2)
    expect(stderr.join('\n')).to.match(
      /does not fit Display: Reading .* at value\.watts: number here, string there/,
    )
    expect([...readings(), ...readings(other)]).to.deep.equal([])
  })

  it('goes by the app of the recording, whatever the settings say', async () => {
    const args = ['replay', recorded([reading(7, 0)]), ...only(display)]
    expect((await cli.run(args, { env: { QUORATE_APP: 'other' } })).code).to.equal(0)
    await eventually(() => readings().length === 1, 'the reading')
  })

  it('plays what is left of a recording, and tells what is not', async () => {
    const unknown = { ...reading(1), m: 'Unknown' }
    const cases: [string, number, RegExp][] = [
      [recorded([reading(1)], '{"t":600,"from":["Met'), 0, /r.jsonl:4 is cut off; what comes before/],
      [recorded([reading(2), unknown]), 0, /1 messages were left out: .* does not tell of their types/],
      [recorded([reading(3)], '{"t":600,"from":["Met\n'), 1, /:4 is no message: the file was changed/],
    ]
    const ends = await cli.runAll(cases.map(([path]) => ['replay', path, ...only(display)]))
    for (const [at, [path, code, text]] of cases.entries()) {
      const told = ends[at]?.stderr ?? []
      expect(told.join('\n')).to.match(text)
      expect(told).to.include(`1 messages published from ${path}`)
      expect(ends[at]?.code, String(text)).to.equal(code)
    }
    await eventually(() => readings().length === 3, 'a reading of each')
  })

  it('tells when nobody hears it any more', async () => {
    const { recordedApp } = await import('../../fixtures/apps/recorded.js')
    const other = await hosts(recordedApp(app), 'Display')
    const path = recorded([reading(1, 0), reading(2, 600_000)])
    const process = cli.start(['replay', path, ...only(other)])
    await eventually(() => readings(other).length === 1, 'the first reading')
    await other.stop()
    await process.until(() => process.stderr.length > 0, 'a word of it')
    expect(process.stderr).to.deep.equal([
      'quorate: all subscribers are gone; it goes on, and nobody hears it',
    ])
    process.signal('SIGINT')
    const { code, stderr } = await process.ended
    expect(stderr.at(-1)).to.equal(`1 messages published from ${path}`)
    expect(code).to.equal(0)
  })

  it('says in one line what is wrong, with the exit code for it', async () => {
    const path = recorded()
    const wrong: [string[], number, RegExp][] = [
      [['/dev/zero'], 2, /^quorate: \/dev\/zero:1 is too long for a recording$/],
      [[path, '--from', '1min', ...only(display)], 2, /--from is behind the end of .*, which is at 500ms$/],
      [[path, '--app', uniqueApp(), '--wait', '100', ...only(display)], 3, /no sub of .* takes/],
    ]
    const ends = await cli.runAll(wrong.map(([args]) => ['replay', ...args]))
    for (const [at, [args, code, text]] of wrong.entries()) {
      expect(ends[at]?.stderr.at(-1), args.join(' ')).to.match(text)
      expect(ends[at]?.code, args.join(' ')).to.equal(code)
    }
  })
})
