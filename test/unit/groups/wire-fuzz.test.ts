/**
 * What anybody may send to the sockets of a group: chance bytes, and real messages that were tampered with.
 * QUORATE_FUZZ_SEED, which the title shows, brings a run back.
 */
import { expect } from 'chai'
import { decodeGroupMessage, encodeGroupMessage } from '../../../groups/wire.js'
import { Chance } from '../../support/chance.js'
import { fuzzed, tampered } from '../../support/tampering.js'
import { messageExamples } from './wire-examples.js'

const seed = Chance.seedFrom('QUORATE_FUZZ_SEED')
const RUNS = { random: 50_000, mutated: 100_000 } as const

const messages = Object.values(messageExamples).map((each) => Buffer.from(encodeGroupMessage(each)))

/** A message that others would have sent like that, or words of ours. True for a message. */
function judge(bytes: Uint8Array): boolean {
  const decoded = decodeGroupMessage(bytes)
  if (typeof decoded === 'string') {
    expect(decoded).to.match(/^[\w -]{5,40}$/)
    return false
  }
  expect(decodeGroupMessage(encodeGroupMessage(decoded))).to.deep.equal(decoded)
  return true
}

describe(`wire, seed ${seed}`, () => {
  it(`gives a message or says why not, for ${RUNS.mutated} that were tampered with`, function () {
    this.timeout(60_000)
    const taken = fuzzed(seed, RUNS.mutated, (chance) => judge(tampered(chance, messages)))
    expect(taken, 'messages that were still some').to.be.above(RUNS.mutated / 100)
  })

  it(`gives a message or says why not, for ${RUNS.random} chance bytes, of the version or not`, function () {
    this.timeout(60_000)
    fuzzed(seed, RUNS.random, (chance) => {
      const bytes = chance.bytes(chance.below(120))
      if (chance.below(4) > 0) Buffer.of(1, 0, 1 + chance.below(14), 0).copy(bytes)
      return judge(bytes)
    })
  })

  it('refuses every message that is cut off at any byte', () => {
    for (const bytes of messages) {
      expect(decodeGroupMessage(bytes)).to.be.an('object')
      for (let end = 0; end < bytes.length; end++) {
        expect(decodeGroupMessage(bytes.subarray(0, end)), `cut at ${end}`).to.equal('truncated')
      }
    }
  })

  it('reads the bytes that it is given and no others', () => {
    for (const bytes of messages) {
      const around = new Uint8Array(Buffer.concat([chanceBytes(), bytes, chanceBytes()]))
      expect(decodeGroupMessage(around.subarray(7, -7))).to.deep.equal(decodeGroupMessage(bytes))
      expect(decodeGroupMessage(around.subarray(7, -6))).to.equal('bytes behind its end')
    }
  })
})

function chanceBytes(): Buffer {
  return new Chance(seed).bytes(7)
}
