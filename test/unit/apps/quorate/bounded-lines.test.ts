import { expect } from 'chai'
import { boundedLines } from '../../../../apps/quorate/bounded-lines.js'

describe('lines for a slow reader', () => {
  it('are left out while it does not read, and then it is said how many', () => {
    const written: string[] = []
    const pipe = {
      writableLength: 0,
      write: (line: string) => written.push(line) > 0,
    }
    const sink = boundedLines(pipe, 100, (lines) => `${lines} lost\n`)
    sink.write('one\n')
    pipe.writableLength = 101
    for (let i = 0; i < 3; i++) sink.write('lost\n')
    pipe.writableLength = 0
    sink.write('two\n')
    sink.write('three\n')
    expect(written).to.deep.equal(['one\n', '3 lost\n', 'two\n', 'three\n'])
  })
})
