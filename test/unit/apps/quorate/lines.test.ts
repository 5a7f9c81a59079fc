import { PassThrough } from 'node:stream'
import { expect } from 'chai'
import { commandLimits } from '../../../../apps/quorate/limits.js'
import { readLines } from '../../../../apps/quorate/lines.js'

async function linesOf(chunks: readonly (string | Buffer)[]): Promise<string[]> {
  const stream = new PassThrough()
  const lines: string[] = []
  const ended = readLines(stream, (line) => lines.push(line))
  for (const chunk of chunks) stream.write(chunk)
  stream.end()
  await ended
  return lines
}

describe('the lines of an actor', () => {
  it('end with LF, CR LF or CR, wherever the parts end', async () => {
    const text = 'one\n\ntwo\r\nthree\rfour\r\n\u2028five\r\r'
    const lines = ['one', '', 'two', 'three', 'four', '\u2028five', '']
    for (let size = 1; size <= text.length; size++) {
      const chunks = text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []
      expect(await linesOf(chunks), `parts of ${size}`).to.deep.equal(lines)
    }
  })

  it('need no end, and are told whole though a character is cut in two', async () => {
    const bytes = Buffer.from('größer')
    expect(await linesOf([bytes.subarray(0, 3), bytes.subarray(3)])).to.deep.equal(['größer'])
    expect(await linesOf([])).to.deep.equal([])
  })

  it('are cut where they are too long', async () => {
    const part = 'x'.repeat(commandLimits.lineChars / 2)
    const lines = await linesOf([part, part, part, '\nend'])
    expect(lines.map(({ length }) => length)).to.deep.equal([part.length * 2, part.length, 3])
  })
})
