import { expect } from 'chai'
import {
  APART,
  BATCH,
  BYE,
  BYTES,
  bareFrame,
  ERROR,
  type FrameHeader,
  HEADER_ROOM,
  HELLO,
  KEYED,
  readHeader,
  SENT,
  TIMED,
  WIRE_VERSION,
  writeHeaderBefore,
} from '../../../ports/frame.js'

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex')
const NONE = Number.NaN

function header(flags: number, sequence: number, count = 1, time = NONE, sentAt = NONE): string {
  const buffer = Buffer.alloc(HEADER_ROOM)
  const start = writeHeaderBefore(buffer, HEADER_ROOM, { flags, sequence, count, time, sentAt })
  return buffer.toString('hex', start)
}

function read(text: string): FrameHeader {
  const found = readHeader(hex(text))
  if (typeof found === 'string') throw new Error(found)
  return found
}

describe('frame', () => {
  //                        version flags sequence        time              array 32, count
  const golden: [string, string, number, number, number, number][] = [
    ['a bare message', '      01 00  05                                                  ', 0, 5, 1, NONE],
    ['a long sequence', '     01 00  ac02                                                ', 0, 300, 1, NONE],
    [
      'a message with a time',
      '     01 02  05             4279abfd50580000                     ',
      TIMED,
      5,
      1,
      1764155000192,
    ],
    [
      'a batch',
      '             01 01  05                              dd 00000003         ',
      BATCH,
      5,
      3,
      NONE,
    ],
    [
      'a batch with a time',
      '       01 03  05             4279abfd50580000 dd 00000003         ',
      3,
      5,
      3,
      1764155000192,
    ],
    [
      'a batch with ids',
      '    01 11  07                              dd 00000006         ',
      BATCH | KEYED,
      7,
      3,
      NONE,
    ],
    [
      'bytes',
      '               01 04  05                                                  ',
      BYTES,
      5,
      1,
      NONE,
    ],
    [
      'bytes apart',
      '         01 0c  05                                                  ',
      BYTES | APART,
      5,
      1,
      NONE,
    ],
    [
      'an error',
      '            01 20  07                                                  ',
      ERROR,
      7,
      1,
      NONE,
    ],
    [
      'a hello',
      '             01 40  00                                                  ',
      HELLO,
      0,
      1,
      NONE,
    ],
    ['a goodbye', '           01 80  00                                                  ', BYE, 0, 1, NONE],
  ]
  for (const [name, bytes, flags, sequence, count, time] of golden) {
    it(`has these bytes for ${name}, both ways`, () => {
      const text = bytes.replaceAll(' ', '')
      expect(header(flags, sequence, count, time)).to.equal(text)
      const batchToken = flags & BATCH ? 5 : 0
      const payload = text.length / 2 - batchToken
      expect(read(text)).to.deep.equal({ flags, sequence, time, sentAt: NONE, payload })
    })
  }

  it('says when it was sent, after the other time, by the high bit of the version', () => {
    const at = '4279abfd50580000'
    expect(header(SENT, 5, 1, NONE, 1764155000192)).to.equal(`810005${at}`)
    expect(header(SENT | TIMED | BATCH, 5, 3, 7, 1764155000192)).to.equal(
      `810305401c000000000000${at}dd00000003`,
    )
    expect(read(`810005${at}`)).to.deep.equal({
      flags: SENT,
      sequence: 5,
      time: NONE,
      sentAt: 1764155000192,
      payload: 11,
    })
    expect(read(`810205401c000000000000${at}`)).to.include({ time: 7, sentAt: 1764155000192, payload: 19 })
    expect(readHeader(hex('82 00 05'))).to.equal('wire version 2')
    const whole = hex(`81 02 05 401c000000000000 ${at}`)
    for (let end = 0; end < whole.length; end++) {
      expect(readHeader(whole.subarray(0, end)), `cut at ${end}`).to.equal('truncated header')
    }
  })

  it('is of wire version 1, which its first byte says', () => {
    expect(WIRE_VERSION).to.equal(1)
    expect(readHeader(hex('00 00 00'))).to.equal('wire version 0')
    expect(readHeader(hex('02 00 00'))).to.equal('wire version 2')
  })

  it('writes sequence numbers in as few bytes as they need, and reads them back', () => {
    const edges = [0, 1, 127, 128, 2 ** 14 - 1, 2 ** 14, 2 ** 31, 2 ** 32, 2 ** 49 - 1, 2 ** 49]
    const lengths = [1, 1, 1, 2, 2, 3, 5, 5, 7, 8]
    for (const [index, sequence] of edges.entries()) {
      const text = header(0, sequence)
      expect(text.length / 2 - 2, String(sequence)).to.equal(lengths[index])
      expect(read(text).sequence).to.equal(sequence)
    }
    expect(header(0, Number.MAX_SAFE_INTEGER)).to.equal('0100ffffffffffffff0f')
    expect(read('0100ffffffffffffff0f').sequence).to.equal(Number.MAX_SAFE_INTEGER)
  })

  it('refuses a sequence number beyond 2^53 - 1, and one of more than 8 bytes', () => {
    expect(readHeader(hex('01 00 8080808080808010'))).to.equal('sequence number too large')
    expect(readHeader(hex('01 00 ffffffffffffff7f'))).to.equal('sequence number too large')
    expect(readHeader(hex('01 00 808080808080808000'))).to.equal('sequence number too long')
  })

  it('refuses a header that ends too early, at any byte', () => {
    const whole = hex('01 02 ac02 4279abfd50580000')
    for (let end = 0; end < whole.length; end++) {
      expect(readHeader(whole.subarray(0, end)), `cut at ${end}`).to.equal('truncated header')
    }
    expect(readHeader(Buffer.concat([Buffer.of(9, 9), whole]), 2)).to.include({ sequence: 300, payload: 14 })
  })

  it('can be nothing but a header', () => {
    expect(bareFrame(HELLO, 300).toString('hex')).to.equal('0140ac02')
  })
})
