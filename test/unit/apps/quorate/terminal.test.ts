import { expect } from 'chai'
import { paintEvent } from '../../../../apps/quorate/event-line.js'
import {
  complain,
  harmless,
  labeller,
  paint,
  type Screen,
  screenOf,
} from '../../../../apps/quorate/terminal.js'

const ESCAPE = String.fromCharCode(27)

/** A stream as far as screens look at it. */
function stream(facts: { isTTY?: boolean; columns?: number; rows?: number }): NodeJS.WriteStream {
  return Object.assign(Object.create(process.stdout), facts)
}

const plain: Screen = { colour: false, isTerminal: false, columns: Number.POSITIVE_INFINITY, rows: 1 }
const colourful: Screen = { colour: true, isTerminal: true, columns: 80, rows: 24 }

describe('the terminal', () => {
  it('gets colours only where it is one, and nobody objects', () => {
    const terminal = stream({ isTTY: true, columns: 100, rows: 30 })
    expect(screenOf(terminal, {})).to.deep.equal({ isTerminal: true, colour: true, columns: 100, rows: 30 })
    expect(screenOf(terminal, { NO_COLOR: '1' }).colour).to.equal(false)
    // https://no-color.org: an empty value is none.
    expect(screenOf(terminal, { NO_COLOR: '' }).colour).to.equal(true)
    expect(screenOf(terminal, { TERM: 'dumb' }).colour).to.equal(false)
    expect(screenOf(stream({ isTTY: false }), {}).colour).to.equal(false)
  })

  it('has as many columns as it says, 80 where it does not know, and no bound where it is none', () => {
    expect(screenOf(stream({ isTTY: true, columns: 0, rows: 0 }), {})).to.include({ columns: 80, rows: 24 })
    expect(screenOf(stream({ isTTY: false }), {}).columns).to.equal(Number.POSITIVE_INFINITY)
  })

  it('is painted with colours, or with none', () => {
    expect(paint(plain, 'red', 'text')).to.equal('text')
    expect(paint(colourful, 'red', 'text')).to.equal(`${ESCAPE}[31mtext${ESCAPE}[39m`)
  })

  it('shows labels in columns, each actor in a colour of its own', () => {
    expect(labeller(plain, 'A', 0, 5)('line')).to.equal('A     │ line')
    const lines = [0, 1, 2].map((index) => labeller(colourful, 'A', index, 5)('line'))
    expect(new Set(lines).size).to.equal(3)
    expect(labeller(colourful, 'A', 7, 5)('line')).to.equal(lines[0])
  })

  it('shows events that people need to see, in their tone', () => {
    const warning = { event: 'log', level: 'warn', component: 'c', msg: 'careful' }
    expect(paintEvent(plain, warning)).to.equal('warning: c: careful')
    expect(paintEvent(colourful, warning)).to.equal(`${ESCAPE}[33mwarning: c: careful${ESCAPE}[39m`)
    expect(paintEvent(colourful, { event: 'log', level: 'info', msg: 'so' })).to.equal('so')
    expect(paintEvent(plain, { event: 'started' })).to.equal(undefined)
  })

  it('is not steered by what is complained of, whose lines stay lines', () => {
    const { stderr } = process
    const own = stderr.write
    let told = ''
    stderr.write = (text: unknown) => {
      told += String(text)
      return true
    }
    try {
      complain(`the peer says ${ESCAPE}[2J\n\tat once`)
    } finally {
      stderr.write = own
    }
    expect(told).to.match(/ the peer says \?\[2J\n\tat once\n$/)
  })

  it('is not steered by what strangers write', () => {
    expect(harmless(`a${ESCAPE}[2Jb\nc\u202ed\u2028e\u0000`)).to.equal('a?[2Jb?c?d?e?')
    expect(harmless('Größe → 3')).to.equal('Größe → 3')
  })
})
