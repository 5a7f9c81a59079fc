import { expect } from 'chai'
import { eventPipe, WAITING_BYTES } from '../../../../apps/quorate/event-pipe.js'

describe('the pipe of events to the launcher', () => {
  it('drops lines while the launcher does not read, and then says how many', () => {
    const written: string[] = []
    const pipe = {
      writableLength: 0,
      write: (line: string) => written.push(line) > 0,
    }
    const sink = eventPipe(pipe, (lines) => `${lines} lost\n`)
    sink.write('one\n')
    pipe.writableLength = WAITING_BYTES + 1
    for (let i = 0; i < 3; i++) sink.write('lost\n')
    pipe.writableLength = 0
    sink.write('two\n')
    sink.write('three\n')
    expect(written).to.deep.equal(['one\n', '3 lost\n', 'two\n', 'three\n'])
  })
})
