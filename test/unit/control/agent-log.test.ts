import { appendFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { eventIn, lastErrorIn } from '../../../control/agent/events.js'
import { agentLimits } from '../../../control/agent/limits.js'
import { ActorLog } from '../../../control/agent/log.js'

describe('the log of an actor', () => {
  let folder = ''
  let path = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'quorate-log-'))
    path = join(folder, 'an actor.log')
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('is empty before it was begun', () => {
    const log = new ActorLog(path)
    expect(log.ends).to.equal(0)
    expect(log.part(5).bytes).to.have.length(0)
    expect(log.tail(5).bytes).to.have.length(0)
  })

  it('gives ranges, and says where the next begins', () => {
    writeFileSync(path, 'one\ntwo\nthree\n')
    const log = new ActorLog(path)
    const { from, to, bytes } = log.part(4, 8)
    expect([from, to, bytes.toString()]).to.deep.equal([4, 8, 'two\n'])
    expect(log.part(0, undefined, 3).to).to.equal(3)
    expect(log.part(8).bytes.toString()).to.equal('three\n')
    expect(log.part(99).bytes).to.have.length(0)
  })

  it('gives the last lines, one without an end among them', () => {
    const log = new ActorLog(path)
    for (const [text, ...tails] of [
      ['one\ntwo\nthree\n', '', 'three\n', 'two\nthree\n', 'one\ntwo\nthree\n', 'one\ntwo\nthree\n'],
      ['one\ntwo', '', 'two', 'one\ntwo', 'one\ntwo'],
      ['\n\n', '', '\n', '\n\n', '\n\n'],
      ['a', '', 'a', 'a'],
    ]) {
      writeFileSync(path, text ?? '')
      const given = tails.map((_tail, lines) => log.tail(lines).bytes.toString())
      expect(given, JSON.stringify(text)).to.deep.equal(tails)
    }
    writeFileSync(path, 'a long first line\nsecond\n')
    expect(log.tail(5, 12).bytes.toString()).to.equal('second\n')
  })

  it('gives the oldest bytes of one that is too long back to the disk; places stay as they are', async () => {
    const line = `${'x'.repeat(999)}\n`
    const { logBytes, logSlackBytes } = agentLimits
    const count = Math.ceil((logBytes + logSlackBytes) / line.length)
    writeFileSync(path, line.repeat(count - 1))
    const log = new ActorLog(path)
    expect(await log.shorten()).to.equal(false)
    appendFileSync(path, `${line}the last\n`)
    const last = log.ends - 9
    expect(await log.shorten()).to.equal(true)
    expect(log.part(last).bytes.toString()).to.equal('the last\n')
    expect(log.begins % line.length).to.equal(0)
    expect(log.ends - log.begins).to.be.within(logBytes - line.length, logBytes)
    expect(statSync(path).blocks * 512).to.be.at.most(logBytes + 8192)
    expect(log.part(0, undefined, 3)).to.deep.include({ from: log.begins, to: log.begins + 3 })
    expect(new ActorLog(path, log.begins).part(0, undefined, 3).bytes.toString()).to.equal('xxx')
  })

  it('has events in between all that is printed', () => {
    const event = '{"v":1,"t":1,"event":"ready","msg":"{\\"v\\":1,\\"event\\":\\"stopped\\"}"}'
    expect(eventIn(event)).to.include({ event: 'ready' })
    expect(eventIn(`no end of line: ${event}`)).to.include({ event: 'ready' })
    for (const text of ['', 'ready', '{"v":1,', '{"v":1,"event":7}'])
      expect(eventIn(text)).to.equal(undefined)
    expect(lastErrorIn(['{"v":1,"event":"error","msg":"why"}', event, 'x'])).to.equal('why')
  })
})
