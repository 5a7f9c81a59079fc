import { expect } from 'chai'
import pino from 'pino'
import { runtimeLimits } from '../../../runtime/limits.js'
import { Notices } from '../../../runtime/notices.js'

describe('notices', () => {
  let now: number
  let lines: Record<string, unknown>[]
  let notices: Notices

  beforeEach(() => {
    now = 1000
    lines = []
    const log = pino({}, { write: (line: string) => lines.push(JSON.parse(line)) })
    notices = new Notices(log, () => now)
  })

  const peer = { actor: 'A', actorId: '00', component: 'c', port: 'p' }

  it('are said once for each port, peer and subject', () => {
    for (let i = 0; i < 1000; i++)
      notices.add({ port: 'c.in', level: 'warn', what: 'refused', text: 'garbage', peer })
    notices.add({
      port: 'c.in',
      level: 'warn',
      what: 'refused',
      text: 'garbage',
      peer: { ...peer, actorId: '01' },
    })
    notices.add({ port: 'c.in', level: 'warn', what: 'gap', text: 'missed 3', peer })
    expect(lines.map((line) => [line.msg, line.peer])).to.deep.equal([
      ['c.in garbage', '00'],
      ['c.in garbage', '01'],
      ['c.in missed 3', '00'],
    ])
  })

  it('are said again after a minute, with how often it was since', () => {
    notices.say('key', {}, 'text')
    for (let i = 0; i < 7; i++) notices.say('key', {}, 'text')
    now += runtimeLimits.noticeRepeatMs
    notices.say('key', {}, 'text')
    expect(lines.map((line) => line.again)).to.deep.equal([undefined, 7])
  })

  it('remember only so many subjects', () => {
    for (let i = 0; i < runtimeLimits.noticeSubjects + 1; i++) notices.say(`key ${i}`, {}, 'text')
    notices.say(`key ${runtimeLimits.noticeSubjects}`, {}, 'text')
    // Whoever comes with ever new names is not said for each.
    expect(lines).to.have.length(runtimeLimits.noticeSubjects)
    now += runtimeLimits.noticeRepeatMs
    notices.say('another', {}, 'text')
    notices.say('key 0', {}, 'text')
    expect(lines).to.have.length(runtimeLimits.noticeSubjects + 2)
  })

  it('that others log are counted the same way', () => {
    expect([notices.isDue('key'), notices.isDue('key'), notices.isDue('key')]).to.deep.equal([
      {},
      undefined,
      undefined,
    ])
    now += runtimeLimits.noticeRepeatMs
    expect(notices.isDue('key')).to.deep.equal({ again: 2 })
    expect(lines).to.deep.equal([])
  })
})
