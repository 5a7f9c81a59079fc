/** Chance that can be had again: the same seed gives the same numbers. */

/** mulberry32. */
export class Chance {
  readonly seed: number
  #state: number

  constructor(seed: number) {
    this.seed = seed >>> 0
    this.#state = this.seed
  }

  /** From the environment variable, else a new one each time. A test shows it in its title. */
  static seedFrom(variable: string): number {
    return Number(process.env[variable] ?? Math.floor(Math.random() * 2 ** 32))
  }

  /** 0 to below `bound`. */
  below(bound: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * bound)
  }

  pick<T>(among: readonly [T, ...T[]]): T {
    return among[this.below(among.length)] ?? among[0]
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)))
  }
}
