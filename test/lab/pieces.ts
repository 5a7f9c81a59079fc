/** What the lab shows beside the scenarios: discovery where frames are lost, example apps on six hosts. */
import { quantile } from '../../bench/statistics.mjs'
import { averagersAgree, invertersMove } from './apps.js'
import { finding } from './finding.js'
import { healing, isExact } from './healing.js'
import { Rig } from './rig.js'

const HOSTS = 6
const LOSS = 0.3
const FOUND_P99_MS = 5000
/** So few trials have no 99th percentile to speak of: then this is the most that one may take. */
const FOUND_MOST_MS = 30_000
const TRIALS_OF_A_P99 = 50
const HEARD_MOST_MS = 1000
/** Breakers of one move go by one moment of the clock of the group. */
const SAME = 1

export interface Piece {
  readonly name: string
  /** Trials in `npm run lab`, and in `--full`. */
  readonly trials: readonly [few: number, full: number]
  run(trials: number, seed: number): Promise<Shown>
}

export interface Shown {
  readonly isSo: boolean
  readonly text: string
  /** How long it took each pair of hosts to find each other, where that was asked. */
  readonly times?: readonly number[]
}

export const pieces: readonly Piece[] = [
  {
    name: `mDNS with ${LOSS * 100} % loss`,
    trials: [8, 100],
    run: async (trials, seed) => {
      const times = await finding({ hosts: HOSTS, trials, loss: LOSS, seed })
      const [p50, p99, most] = [0.5, 0.99, 1].map((q) => Math.round(quantile(times, q)))
      const isSo =
        trials < TRIALS_OF_A_P99 ? (most ?? Infinity) <= FOUND_MOST_MS : (p99 ?? Infinity) <= FOUND_P99_MS
      return {
        isSo,
        times,
        text: `${times.length} pairs met after p50 ${p50}, p99 ${p99}, at most ${most} ms`,
      }
    },
  },
  {
    name: 'ports after a cut of 0.5 to 10 s',
    trials: [8, 60],
    run: async (trials, seed) => {
      const { heard, sums } = await healing({ hosts: 4, trials, seed, leastMs: 500, mostMs: 10_000 })
      const told = (['sub', 'qry'] as const).map((by) => {
        const all = heard.filter((each) => each.by === by).sort((a, b) => a.ms - b.ms)
        const times = all.map(({ ms }) => ms)
        const [p50, p99, most] = [0.5, 0.99, 1].map((q) => Math.round(quantile(times, q)))
        const worst = Math.round(all.at(-1)?.cutMs ?? 0)
        return `${by} heard again after p50 ${p50}, p99 ${p99}, at most ${most} ms (of a cut of ${worst})`
      })
      const times = heard.map(({ ms }) => ms)
      const areExact = sums.every(isExact)
      const settled = JSON.stringify(sums.map((sum) => sum.settled))
      const gaps = `gaps ${areExact ? 'told' : `wrong: ${JSON.stringify(sums)}`}`
      return {
        isSo: areExact && Math.max(...times) <= HEARD_MOST_MS,
        times,
        text: `${told.join('; ')}; ${gaps}; asks ${settled}`,
      }
    },
  },
  {
    name: `the averager on ${HOSTS} hosts`,
    trials: [1, 1],
    run: async () =>
      onSix(async (rig) => {
        const { mean, estimates } = await averagersAgree(rig)
        const all = estimates.map((each) => each.toFixed(2)).join(', ')
        return { isSo: true, text: `the mean is ${mean.toFixed(2)}, they say ${all}` }
      }),
  },
  {
    name: `the microgrid on ${HOSTS} hosts`,
    trials: [1, 1],
    run: async () =>
      onSix(async (rig) => {
        const moves = await invertersMove(rig)
        const isSo = moves.every((moments) => new Set(moments).size === SAME)
        return { isSo, text: `${moves.length} moves of ${rig.size} breakers, each at one moment` }
      }),
  },
]

async function onSix(show: (rig: Rig) => Promise<Shown>): Promise<Shown> {
  const rig = await Rig.of(HOSTS)
  try {
    return await show(rig)
  } finally {
    await rig.remove()
  }
}
