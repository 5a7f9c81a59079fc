/** Which faults a seed has, how often, and how hard: each draws its own, so that none hides the others. */
import type { GroupTiming } from '../../groups/timing.js'
import type { Chance } from './chance.js'
import type { Weather } from './network.js'

/** Faults a second, by kind. */
export interface Rates {
  readonly crash: number
  readonly cut: number
  readonly clog: number
  readonly pause: number
  readonly suspension: number
  readonly 'hand-over': number
  readonly upgrade: number
  readonly 'clock-rate': number
  readonly 'wall-clock': number
  readonly rebirth: number
  readonly absence: number
  readonly leave: number
  readonly stall: number
}

export interface Mixture {
  readonly rates: Rates
  /** Milliseconds that a crashed process stays away, at most; a tenth of them ten times as long. */
  readonly awayMs: number
  readonly inBursts: boolean
  readonly certificates: boolean
  /** How long cuts last, about. */
  readonly cutsMs: readonly [number, ...number[]]
  /** Milliseconds between two requests of participants. */
  readonly requestsMs: number
}

/** Faults of groups with other times come so much slower and last so much longer than those of `lan`. */
export function slowness({ word }: GroupTiming): number {
  return word / 560
}

export function drawMixture(chance: Chance): Mixture {
  const often = (none: number, min: number, max: number): number =>
    chance.isLucky(none) ? 0 : chance.between(min, max)
  const isFlapping = chance.isLucky(0.1)
  const rates: Rates = {
    crash: often(0.25, 0.1, chance.pick(0.5, 2.5)),
    cut: isFlapping ? chance.between(2, 5) : often(0.3, 0.2, 2),
    clog: often(0.6, 0.1, 1),
    pause: often(0.5, 0.1, 1),
    suspension: often(0.7, 0.1, 0.6),
    'hand-over': often(0.5, 0.1, 1) * (chance.isLucky(0.1) ? 4 : 1),
    upgrade: often(0.7, 0.1, 1),
    'clock-rate': often(0.7, 0.1, 1),
    'wall-clock': often(0.7, 0.1, 1),
    rebirth: often(0.7, 0.1, 0.5),
    absence: often(0.8, 0.1, 0.3),
    leave: often(0.7, 0.1, 1),
    stall: often(0.8, 0.1, 0.5),
  }
  return {
    rates,
    awayMs: chance.pick(5, 60, 400, 1500),
    inBursts: chance.isLucky(0.4),
    certificates: chance.isLucky(0.7),
    cutsMs: isFlapping ? [60, 200, 700] : [200, 900, 3000, 8000],
    requestsMs: chance.pick(60, 200, 400, 1000),
  }
}

export function drawWeather(chance: Chance, slow: number): Weather {
  const often = (none: number, min: number, max: number): number =>
    chance.isLucky(none) ? 0 : chance.between(min, max)
  return {
    loss: often(0.4, 0, 0.25),
    repeats: often(0.5, 0, 0.3),
    delayMs: [0.2, chance.pick(3, 10, 40) * Math.min(slow, 1)],
    spikes: often(0.5, 0, 0.06),
    spikeMs: chance.pick(300, 900, 2500) * slow,
    isInOrder: chance.isLucky(0.5),
  }
}
