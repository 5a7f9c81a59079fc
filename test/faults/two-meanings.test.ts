/**
 * Members that mean different groups by one name, in processes of one host that join at once, leave and die:
 * seats are known by their names alone, and yet there are never two that may act as its leader.
 */
import { expect } from 'chai'
import { uniqueApp } from '../support/apps.js'
import { Chance } from '../support/chance.js'
import { Program } from '../support/program.js'
import { until } from './fleet.js'

const PROGRAM = new URL('./programs/claimant.ts', import.meta.url)
const PROCESSES = 3
const ROUNDS = 4
const QUORUMS = [2, 3] as const
/** For so long one acts, before others go: twice what a second one would need to be elected. */
const ACTS_MS = 3000

/** What a process says; `is` tells of what. */
interface Word {
  readonly is: 'ready' | 'joined' | 'refused' | 'acts' | 'stopped'
  readonly quorum: number
  readonly code?: string
  readonly member: string
  readonly token: string
  readonly fromMs: number
  readonly untilMs: number
}

class Claimant {
  readonly words: Word[] = []
  readonly #program: Program
  #asked = 0

  constructor(app: string) {
    this.#program = new Program(PROGRAM, [app])
    void this.#listen()
  }

  /** So many members join at once, one for each quorum. */
  start(quorums: readonly number[]): void {
    this.#asked += quorums.length
    this.#program.say(JSON.stringify(quorums))
  }

  told(is: Word['is']): readonly Word[] {
    return this.words.filter((word) => word.is === is)
  }

  /** All that were started have joined, or were refused. */
  get isSettled(): boolean {
    return this.told('joined').length + this.told('refused').length === this.#asked
  }

  async stop(): Promise<void> {
    const before = this.told('stopped').length
    this.#program.say('{}')
    await until(() => this.told('stopped').length > before)
  }

  async kill(): Promise<void> {
    await this.#program.kill()
  }

  async #listen(): Promise<void> {
    try {
      for (;;) this.words.push(JSON.parse(await this.#program.hear()))
    } catch {
      // It has ended, as the test wanted it to.
    }
  }
}

/** The first two of different members that overlap, as text; each member and token counts once. */
function overlapOf(words: readonly Word[]): string | undefined {
  const last = new Map<string, Word>()
  for (const word of words) {
    const key = `${word.member} ${word.token}`
    const { fromMs = word.fromMs } = last.get(key) ?? {}
    last.set(key, { ...word, fromMs })
  }
  const spans = [...last.values()].sort((a, b) => a.fromMs - b.fromMs)
  for (const [at, one] of spans.entries()) {
    const other = spans
      .slice(at + 1)
      .find(({ fromMs, member }) => fromMs < one.untilMs && member !== one.member)
    if (other) return `${JSON.stringify(one)} and ${JSON.stringify(other)}`
  }
  return undefined
}

describe('members of one host that mean two groups by one name', function () {
  this.timeout(240_000)
  const seed = Chance.seedFrom('MEANINGS_SEED')
  const all: Claimant[] = []
  afterEach(async () => {
    await Promise.all(all.splice(0).map((each) => each.kill()))
  })

  it(`have never two leaders, whoever joins, leaves and dies (MEANINGS_SEED=${seed})`, async () => {
    const chance = new Chance(seed)
    const app = uniqueApp()
    const spawn = (): Claimant => {
      const made = new Claimant(app)
      all.push(made)
      return made
    }
    const some = (most: number = chance.pick(QUORUMS)): number[] => [most, most, chance.pick(QUORUMS)]
    const live = Array.from({ length: PROCESSES }, spawn)
    const words = (is: Word['is']): readonly Word[] => all.flatMap((each) => each.told(is))
    const ready = () => until(() => live.every((each) => each.told('ready').length > 0))
    const settled = () => until(() => live.every(({ isSettled }) => isSettled))
    for (let round = 0; round < ROUNDS; round++) {
      await ready()
      const [one, ...others] = live
      if (!one) throw new Error('there is no process')
      const [before, acted] = [words('joined'), words('acts')]
      // In each other round those of one quorum are there first, and as few as can have a leader.
      const [first, second] = round % 4 === 0 ? ([2, 3] as const) : ([3, 2] as const)
      const missing = (): number => first - one.told('joined').length + joinedBefore
      const joinedBefore = one.told('joined').length
      while (round % 2 === 0 && missing() > 0) {
        // Some may be refused: those of the last round free their seats a moment after they have stopped.
        one.start(Array.from({ length: missing() }, () => first))
        await settled()
      }
      for (const each of round % 2 === 0 ? others : live) each.start(some(second))
      await settled()
      const joined = words('joined').filter((word) => !before.includes(word))
      const [quorum = 0, ...more] = new Set(joined.map((word) => word.quorum))
      const isLed = (): boolean =>
        words('acts').some((word) => !acted.includes(word) && word.untilMs - word.fromMs > ACTS_MS)
      // Some of another quorum may observe, from a moment in which all seats were taken.
      const canLead = more.length === 0 && quorum > 0 && joined.length >= quorum
      if (round % 2 === 0 || canLead) await until(isLed)
      // Its seats are free: those who join now see some that are, and some that are not.
      const victim = chance.pick([one, ...others])
      const dead = victim.kill()
      live.splice(live.indexOf(victim), 1)
      for (const each of live) each.start(some())
      await Promise.all([dead, settled()])
      await Promise.all(live.map((each) => each.stop()))
      live.push(spawn())
    }
    const acts = words('acts')
    expect(overlapOf(acts)).to.equal(undefined)
    // It was tried.
    expect(new Set(acts.map(({ quorum }) => quorum))).to.deep.equal(new Set(QUORUMS))
    expect(new Set(words('refused').map(({ code }) => code))).to.deep.equal(new Set(['different-parameters']))
  })
})
