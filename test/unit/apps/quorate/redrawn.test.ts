import { expect } from 'chai'
import { Redrawn } from '../../../../apps/quorate/redrawn.js'

const ESCAPE = String.fromCharCode(27)

/** A terminal of a size, and what was written to it. */
function terminal(columns: number, rows: number): { stream: NodeJS.WriteStream; written: string[] } {
  const written: string[] = []
  const write = (text: string): boolean => {
    written.push(text)
    return true
  }
  return {
    stream: Object.assign(Object.create(process.stdout), { isTTY: true, columns, rows, write }),
    written,
  }
}

describe('a terminal that is drawn anew', () => {
  it('shows as many lines as there is room for, and says how many more there are', () => {
    const { stream, written } = terminal(20, 4)
    const redrawn = new Redrawn(stream)
    redrawn.draw(['one', 'two', 'a line that is too long', 'four', 'five'])
    redrawn.restore()
    const [, drawn = ''] = written
    expect(drawn.replaceAll(`${ESCAPE}[K`, '').split('\n')).to.deep.equal([
      `${ESCAPE}[Hone`,
      'two',
      `… 3 more lines${ESCAPE}[J`,
    ])
  })

  it('cuts lines that are too long', () => {
    const { stream, written } = terminal(10, 24)
    const redrawn = new Redrawn(stream)
    redrawn.draw(['a line that is too long'])
    redrawn.restore()
    expect(written[1]).to.contain(`a line th…${ESCAPE}[K`)
  })

  it('is given back once, with its cursor', () => {
    const { stream, written } = terminal(10, 4)
    const before = process.listenerCount('exit')
    const redrawn = new Redrawn(stream)
    expect(process.listenerCount('exit')).to.equal(before + 1)
    redrawn.restore()
    redrawn.restore()
    expect(written).to.deep.equal([`${ESCAPE}[?1049h${ESCAPE}[?25l`, `${ESCAPE}[?25h${ESCAPE}[?1049l`])
    expect(process.listenerCount('exit')).to.equal(before)
  })

  it('is none where there is no terminal', () => {
    const { stream } = terminal(10, 4)
    expect(Redrawn.on(Object.assign(stream, { isTTY: false }))).to.equal(undefined)
  })
})
