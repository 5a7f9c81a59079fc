import { expect } from 'chai'
import { APART, APART_FILL, BATCH, BYTES, ERROR, type FrameHeader, KEYED } from '../../../ports/frame.js'
import { messagesOf } from '../../../ports/payload.js'

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex')

/** Takes `payload` as what follows a header of three bytes. */
function read(flags: number, payload: string, more: Buffer[] = [], keyed = false): unknown[] | string {
  const header: FrameHeader = { flags, sequence: 1, time: Number.NaN, sentAt: Number.NaN, payload: 3 }
  return messagesOf([Buffer.concat([Buffer.alloc(3), hex(payload)]), ...more], 0, header, keyed)
}

/** What stands in the frame where its bytes travel apart. */
const FILL = '00'.repeat(APART_FILL)

describe('payload', () => {
  it('gives one value, or those of a batch in order', () => {
    expect(read(0, '05')).to.deep.equal([5])
    expect(read(ERROR, 'a1 78')).to.deep.equal(['x'])
    expect(read(BATCH, 'dd 00000003 01 02 03')).to.deep.equal([1, 2, 3])
    expect(read(BATCH | KEYED, 'dd 00000004 07 01 09 02', [], true)).to.deep.equal([7, 1, 9, 2])
  })

  it('gives bytes, within the frame or apart', () => {
    expect(read(BYTES, 'c4 01 ff')).to.deep.equal([Buffer.of(255)])
    expect(read(BATCH | BYTES, 'dd 00000002 c4 01 01 c5 0001 02')).to.deep.equal([Buffer.of(1), Buffer.of(2)])
    expect(read(BYTES | APART, FILL, [Buffer.of(1, 2)])).to.deep.equal([Buffer.of(1, 2)])
  })

  it('refuses a payload that is not what its flags say', () => {
    expect(read(BATCH, '05')).to.equal('a batch that is no array')
    expect(read(BATCH, '92 01 02')).to.equal('a batch that is no array')
    expect(read(BATCH | KEYED, 'dd 00000003 01 02 03', [], true)).to.equal('a batch with an id too many')
    expect(read(BATCH, 'dd 00000002 01 02', [], true)).to.equal('a batch without ids')
    expect(read(BATCH | KEYED, 'dd 00000002 01 02')).to.equal('a batch with ids')
    expect(read(BYTES, '05')).to.equal('bytes that are none')
    expect(read(BATCH | BYTES, 'dd 00000002 c4 00 01')).to.equal('bytes that are none')
    expect(read(BATCH | BYTES | KEYED, 'dd 00000002 01 02', [], true)).to.equal('bytes that are none')
  })

  it('refuses a batch of none: it would count for nothing where the work of a turn is counted', () => {
    expect(read(BATCH, 'dd 00000000')).to.equal('a batch of none')
    expect(read(BATCH | KEYED, 'dd 00000000', [], true)).to.equal('a batch of none')
  })

  it('refuses an id that no query has: an answer could not carry it back', () => {
    for (const id of ['ff', 'cb7ff0000000000000', 'cb7ff8000000000000', 'cb3ff8000000000000', 'a161', 'c0']) {
      expect(read(BATCH | KEYED, `dd 00000004 01 02 ${id} 01`, [], true), id).to.equal('an id that is none')
    }
    expect(read(BATCH | KEYED, 'dd 00000002 cf 0020000000000000 01', [], true)).to.equal('an id that is none')
    expect(read(BATCH | KEYED, 'dd 00000002 cf 001fffffffffffff 01', [], true)).to.deep.equal([
      Number.MAX_SAFE_INTEGER,
      1,
    ])
  })

  it('refuses parts that are missing or too many', () => {
    const bytes = Buffer.of(1)
    expect(read(0, '05', [bytes])).to.equal('more parts than the frame announces')
    expect(read(BYTES | APART, FILL)).to.equal('bytes apart are missing')
    for (const fill of ['', '05', `${FILL}00`]) {
      expect(read(BYTES | APART, fill, [bytes])).to.equal('bytes apart are missing')
    }
    expect(read(BYTES | APART, FILL, [bytes, bytes])).to.equal('bytes apart are missing')
    expect(read(APART, FILL, [bytes])).to.equal('bytes apart that are none')
    expect(read(BYTES | APART | BATCH, FILL, [bytes])).to.equal('bytes apart that are none')
    expect(messagesOf([], 0, { flags: 0, sequence: 1, time: 0, sentAt: 0, payload: 3 })).to.equal('no frame')
  })

  it('refuses a batch that is cut off, or has values that no one may send', () => {
    expect(read(BATCH, 'dd 00000003 01 02')).to.equal('truncated')
    expect(read(BATCH, 'dd 00000001 d4 00 00')).to.equal('extension')
    expect(read(0, '01 02')).to.equal('trailing')
    expect(read(0, '')).to.equal('truncated')
  })
})
