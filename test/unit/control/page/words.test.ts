import { expect } from 'chai'
import { pageLimits } from '../../../../control/page/limits.js'
import { emptyLog, foundIn, withText } from '../../../../control/page/model/log-lines.js'
import { firstRoute, hashOf, routeIn } from '../../../../control/page/model/route.js'
import { bytesText, duration, figure, valueText } from '../../../../control/page/model/wording.js'

describe('the log of the page', () => {
  it('holds the end of a line back until it has come', () => {
    const log = withText(withText(emptyLog, 'one\ntw'), 'o\nthree')
    expect(log.lines.map(({ text }) => text)).to.deep.equal(['one', 'two'])
    expect(log.rest).to.equal('three')
  })

  it('keeps the newest lines, which keep their numbers', () => {
    const many = Array.from({ length: pageLimits.logLines + 5 }, (_, at) => `line ${at}\n`).join('')
    const log = withText(withText(emptyLog, 'first\n'), many)
    expect(log.lines).to.have.length(pageLimits.logLines)
    const next = withText(log, 'last\n')
    expect(next.lines.at(-1)?.number).to.equal((log.lines.at(-1)?.number ?? 0) + 1)
    expect(next.lines[0]?.number).to.equal(log.lines[1]?.number)
  })

  it('shows events as people read them, and all else as it is, without colours', () => {
    const event = { event: 'log', t: 0, level: 'warn', component: 'pump', msg: 'is <b>hot</b>' }
    const red = '\u001b[31mred\u001b[0m\u0007'
    const { lines } = withText(
      emptyLog,
      `${JSON.stringify(event)}\n{"event":"made","t":0,"v":1,"of":2}\n${red}\n{"no": "event"}\n{broken\n`,
    )
    expect(lines.map(({ text, tone }) => [text, tone])).to.deep.equal([
      ['warning: pump: is <b>hot</b>', 'warning'],
      ['made of=2', 'quiet'],
      ['red\ufffd', 'plain'],
      ['{"no": "event"}', 'plain'],
      ['{broken', 'plain'],
    ])
  })

  it('finds whatever the case', () => {
    expect(foundIn(withText(emptyLog, 'Hot\ncold\nhOT\n'), 'hot')).to.equal(2)
  })
})

describe('the address of the page', () => {
  it('leads to what it came from', () => {
    const route = { view: 'table', actor: 'plant.Pump.a@rig:2', tab: 'log', sought: 'a & b=<c>' } as const
    expect(routeIn(hashOf(route))).to.deep.equal(route)
    expect(hashOf(firstRoute)).to.equal('#/map')
  })

  it('leads to the first view where it makes no sense', () => {
    for (const hash of ['', '#', '#/nowhere?tab=none', '#%%%']) {
      expect(routeIn(hash)).to.deep.equal(firstRoute)
    }
  })
})

describe('the figures of the page', () => {
  it('are as short as they can be', () => {
    expect([0, 3.1234, 42.7, 12_345, null, undefined].map(figure)).to.deep.equal([
      '0',
      '3.1',
      '43',
      '12,345',
      '–',
      '–',
    ])
    expect([512, 2048, 5e9].map(bytesText)).to.deep.equal(['512 B', '2.0 KiB', '4.7 GiB'])
    expect([-5, 59_999, 3_600_000, 90_000_000].map(duration)).to.deep.equal(['0 s', '59 s', '1 h', '1 d'])
    expect(valueText({ a: 'x'.repeat(500) })).to.have.length(121)
  })
})
