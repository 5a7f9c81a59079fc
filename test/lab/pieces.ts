/** What the lab shows beside the scenarios: discovery where frames are lost, example apps on six hosts. */
import { quantile } from '../../bench/statistics.mjs'
import { averagersAgree, invertersMove } from './apps.js'
import { finding } from './finding.js'
import { Rig } from './rig.js'

const HOSTS = 6
const LOSS = 0.3
const FOUND_P99_MS = 5000
/** So few trials have no 99th percentile to speak of: then this is the most that one may take. */
const FOUND_MOST_MS = 30_000
const TRIALS_OF_A_P99 = 50
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
