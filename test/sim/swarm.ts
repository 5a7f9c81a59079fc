/** Draws the plan of a seed: the size of its group, its times, clocks and weather, and what befalls it. */
import { CLOCK_RATE_ERROR, type GroupTiming, timings } from '../../groups/timing.js'
import { Chance } from './chance.js'
import { drawWeather, slowness } from './mixture.js'
import { drawFaults, drawRate } from './nemesis.js'
import type { Plan } from './plan.js'

/** What is not drawn. */
export interface SwarmOptions {
  readonly quorum?: number | undefined
  readonly seats?: number | undefined
  readonly observers?: number | undefined
  readonly timing?: GroupTiming | undefined
  /** Milliseconds with faults. */
  readonly faultsMs: number
}

/** Times at the bounds of their rules: a word as short as may be. */
export const shortest: GroupTiming = {
  ...timings.lan,
  word: timings.lan.lease * ((1 + CLOCK_RATE_ERROR) / (1 - CLOCK_RATE_ERROR)) + 1,
}
/** And members that never give up. */
export const patient: GroupTiming = { ...timings.lan, grace: 'never' }

const WILD_MS = 60_000

export function drawPlan(seed: number, options: SwarmOptions): Plan {
  const chance = new Chance(seed, 0)
  const quorum = options.quorum ?? chance.pick(2, 2, 2, 2, 2, 3, 3, 3, 4, 5)
  const most = 2 * quorum - 1
  const drawnSeats = chance.isLucky(0.7) ? most : quorum + chance.below(most - quorum + 1)
  const seats = options.seats ?? drawnSeats
  const drawnObservers = chance.isLucky(0.7) ? 0 : 1 + chance.below(5)
  const observers = options.observers ?? drawnObservers
  const { lan } = timings
  const drawnTiming = chance.pick(
    lan,
    lan,
    lan,
    lan,
    lan,
    timings['lan-fast'],
    timings.wan,
    timings.riaps,
    shortest,
    patient,
  )
  const timing = options.timing ?? drawnTiming
  const slow = slowness(timing)
  const hosts = seats + observers
  const areClocksWild = chance.isLucky(0.05)
  const areClocksSteady = new Chance(seed, 6).isLucky(0.4)
  // All clocks of walls together differ by less than a word, but for the wild ones.
  const skewMs = areClocksWild ? WILD_MS : 0.4 * timing.word * chance.random()
  const clocks = Array.from({ length: hosts }, () => ({
    rate: drawRate(chance, areClocksSteady),
    wallOffsetMs: skewMs * chance.between(-1, 1),
  }))
  const { faultsMs } = options
  const weather = drawWeather(chance, slow)
  const moments = new Chance(seed, 5)
  const faults = drawFaults({ chance, moments, seats, hosts, faultsMs, slow, skewMs, areClocksSteady })
  const keptEntries = chance.pick(4, 4, 20, 1024)
  const drawn = {
    seed,
    luck: 0,
    quorum,
    seats,
    observers,
    timing,
    keptEntries,
    areClocksWild,
    areClocksSteady,
    clocks,
    weather,
    faults,
    faultsMs,
  }
  return { ...drawn, returning: returning() }

  function returning(): readonly number[] {
    const all = Array.from({ length: seats }, (_, at) => at)
    if (timing.grace === 'never' || chance.isLucky(0.8)) return all
    const first = chance.below(seats)
    return all.filter((at) => (at - first + seats) % seats < quorum)
  }
}
