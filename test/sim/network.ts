/** The network of a simulated world: it loses, delays, repeats, holds back and cuts, link by link. */
import { Chance } from './chance.js'

/** How messages travel. */
export interface Weather {
  readonly loss: number
  readonly repeats: number
  readonly delayMs: readonly [min: number, max: number]
  /** The part of the messages that take up to `spikeMs`. */
  readonly spikes: number
  readonly spikeMs: number
  /** As through connections: what leaves first arrives first. */
  readonly isInOrder: boolean
}

export const CALM: Weather = {
  loss: 0,
  repeats: 0,
  delayMs: [0.2, 5],
  spikes: 0,
  spikeMs: 0,
  isInOrder: true,
}

/** From one host to another. */
export type Link = readonly [from: number, to: number]

interface LinkState {
  readonly chance: Chance
  /** How many cuts lie on it. */
  cuts: number
  /** Until then what travels is held back, in its order. */
  clogUntilMs: number
  /** When the last arrives of those that arrive in order. */
  lastMs: number
}

export class Network {
  weather: Weather = CALM
  readonly #links = new Map<number, LinkState>()
  readonly #plan: { readonly seed: number; readonly luck: number }

  constructor(plan: { readonly seed: number; readonly luck: number }) {
    this.#plan = plan
  }

  /** When what leaves now arrives, each copy of it; none where it is lost. */
  travel(from: number, to: number, nowMs: number): readonly number[] {
    const link = this.#link(from, to)
    const { chance } = link
    const { loss, repeats } = this.weather
    const at = this.#arrival(link, nowMs, 1)
    const again = chance.isLucky(repeats) ? this.#arrival(link, nowMs, 2) : undefined
    if (link.cuts > 0 || chance.isLucky(loss)) return []
    return again === undefined ? [at] : [at, again]
  }

  isCut(from: number, to: number): boolean {
    return (this.#links.get(keyOf(from, to))?.cuts ?? 0) > 0
  }

  cut(links: readonly Link[]): void {
    for (const [from, to] of links) if (from !== to) this.#link(from, to).cuts++
  }

  mend(links: readonly Link[]): void {
    for (const [from, to] of links) {
      if (from !== to) this.#link(from, to).cuts = Math.max(this.#link(from, to).cuts - 1, 0)
    }
  }

  clog([from, to]: Link, untilMs: number): void {
    const link = this.#link(from, to)
    link.clogUntilMs = Math.max(link.clogUntilMs, untilMs)
  }

  /** Nothing is cut or held back any more. */
  mendAll(): void {
    for (const link of this.#links.values()) {
      link.cuts = 0
      link.clogUntilMs = 0
    }
  }

  #arrival(link: LinkState, nowMs: number, slower: number): number {
    const { chance, clogUntilMs, lastMs } = link
    const { delayMs, spikes, spikeMs, isInOrder } = this.weather
    const ms = chance.isLucky(spikes) ? chance.between(0, spikeMs) : chance.between(...delayMs)
    const atMs = Math.max(nowMs + slower * ms, clogUntilMs, isInOrder ? lastMs : 0)
    link.lastMs = isInOrder ? atMs : 0
    return atMs
  }

  #link(from: number, to: number): LinkState {
    const key = keyOf(from, to)
    const known = this.#links.get(key)
    if (known) return known
    const { seed, luck } = this.#plan
    const link = { chance: new Chance(seed, 1, luck, from, to), cuts: 0, clogUntilMs: 0, lastMs: 0 }
    this.#links.set(key, link)
    return link
  }
}

function keyOf(from: number, to: number): number {
  return from * 64 + to
}
