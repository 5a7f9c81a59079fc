import { expect } from 'chai'
import { cutTo, lineOfRow, widthsOf } from '../../../../apps/quorate/table.js'

describe('tables', () => {
  it('have any number of rows', () => {
    expect(widthsOf(new Array(300_000).fill(['one', 'three']), 80)).to.deep.equal([3, 5])
  })

  it('cuts a text that is too long, and says so', () => {
    expect(cutTo('hello', 5)).to.equal('hello')
    expect(cutTo('hello', 4)).to.equal('hel…')
    expect(cutTo('hello', 1)).to.equal('…')
    expect(cutTo('hello', 0)).to.equal('')
    expect(cutTo('ä𝄞ö', 2)).to.equal('ä…')
  })

  it('makes columns as wide as what they hold, where there is room', () => {
    const rows = [
      ['a', 'long one'],
      ['bcd', 'x'],
    ]
    expect(widthsOf(rows, Number.POSITIVE_INFINITY)).to.deep.equal([3, 8])
    expect(widthsOf([], 80)).to.deep.equal([])
  })

  it('cuts the last column first, then the widest', () => {
    const rows = [['x'.repeat(30), 'y'.repeat(10), 'z'.repeat(50)]]
    expect(widthsOf(rows, 74)).to.deep.equal([30, 10, 30])
    expect(widthsOf(rows, 50)).to.deep.equal([22, 10, 14])
    expect(widthsOf(rows, 10)).to.deep.equal([6, 6, 6])
  })

  it('fits every line into the width asked for', () => {
    const rows = [
      ['averager.sensorReady', 'sub', '127.0.0.1:40000', '12', 'Averager 0123abcd, Averager 89abcdef'],
      ['x', 'pub', '', '3', ''],
    ]
    for (const total of [40, 60, 80, 120]) {
      const widths = widthsOf(rows, total)
      for (const row of rows) expect(lineOfRow(row, widths, [3]).length).to.be.at.most(total)
    }
  })

  it('aligns numbers to the right, and leaves no blanks at the end', () => {
    expect(lineOfRow(['a', '7', ''], [3, 3, 4], [1])).to.equal('a      7')
    expect(lineOfRow(['a', '7', 'b'], [3, 3, 4], [1])).to.equal('a      7  b')
  })
})
