/** Chance in a simulated world: streams of their own, so that what is left out of one changes no other. */
import { type Random, randomFrom } from '../../testing/random.js'

export class Chance {
  readonly random: Random

  /** @param name tells this stream from the others of the seed. */
  constructor(seed: number, ...name: readonly number[]) {
    this.random = randomFrom(name.reduce(mix, mix(seed, 0x51ed270b)))
  }

  between(min: number, max: number): number {
    return min + (max - min) * this.random()
  }

  /** From 0 up to `end`, without it. */
  below(end: number): number {
    return Math.floor(this.random() * end)
  }

  isLucky(part: number): boolean {
    return this.random() < part
  }

  /** Of a list that is not empty. */
  pick<T>(first: T, ...rest: readonly T[]): T {
    return rest[this.below(rest.length + 1) - 1] ?? first
  }
}

function mix(a: number, b: number): number {
  let mixed = Math.imul((a | 0) ^ Math.imul(b + 0x7f4a7c15, 0x85ebca6b), 0xc2b2ae35)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d)
  return mixed ^ (mixed >>> 13)
}
