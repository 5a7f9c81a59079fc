/**
 * A living member of a group that hears what may be read and is not true: it neither throws nor loops, and
 * all that it says can be read by others. QUORATE_FUZZ_SEED, which the title shows, brings a run back.
 */
import { expect } from 'chai'
import type { GroupMessage } from '../../groups/messages.js'
import { decodeGroupMessage, encodeGroupMessage } from '../../groups/wire.js'
import { Chance } from '../support/chance.js'
import { Cores } from '../support/cores.js'
import { fuzzed } from '../support/tampering.js'
import { Liar, NAMES } from './group-lies.js'

const seed = Chance.seedFrom('QUORATE_FUZZ_SEED')
const RUNS = 120
const LIES = 40

/** What others read of it. */
function read(message: GroupMessage): GroupMessage | string {
  return decodeGroupMessage(encodeGroupMessage(message))
}

/** One member of a group of four hears lies, and time passes. Gives how many of them could be read. */
function lieTo(chance: Chance): number {
  const keptEntries = chance.pick([2, 1000])
  const group = new Cores(['a', 'b', 'c'], { seed: chance.seed, keptEntries })
  group.start('o', { isElectable: false })
  group.run(chance.pick([100, 700, 1500, 3000]))
  const victim = chance.pick(['a', 'b', 'c', 'o'])
  const liar = new Liar(chance, group.core(victim))
  let heard = 0
  for (let lie = 0; lie < LIES; lie++) {
    const message = read(liar.message())
    if (typeof message === 'string') continue
    heard++
    group.give(victim, { kind: 'message', message })
    if (chance.below(3) === 0) group.run(chance.pick([1, 30, 200]))
  }
  group.run(1500)
  for (const id of NAMES.slice(0, 4)) {
    for (const { message } of [...group.told(id, 'send'), ...group.told(id, 'broadcast')]) {
      expect(read(message), `${message.body.kind} of ${id}`).to.be.an('object')
    }
  }
  return heard
}

describe(`members of a group that are lied to, seed ${seed}`, () => {
  it(`go on, and say nothing that cannot be read, in ${RUNS} groups`, function () {
    this.timeout(60_000)
    let heard = 0
    fuzzed(seed, RUNS, (chance) => {
      heard += lieTo(chance)
    })
    expect(heard, 'lies that could be read').to.be.above((RUNS * LIES) / 2)
  })
})
