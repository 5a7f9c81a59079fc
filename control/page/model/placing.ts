/**
 * Where nodes and actors stand in the picture. What has a place keeps it while others come and go: who comes
 * takes the first place that is free, a frame grows and never shrinks, and only another width moves all.
 */

export interface Spot {
  readonly x: number
  readonly y: number
}

export interface Frame extends Spot {
  readonly name: string
  readonly width: number
  readonly height: number
}

export interface Picture {
  readonly width: number
  readonly height: number
  readonly frames: readonly Frame[]
  /** The upper left corners of actors, by worker. */
  readonly spots: ReadonlyMap<string, Spot>
  readonly card: { readonly width: number; readonly height: number }
  readonly isDense: boolean
}

/** From so many actors on cards are small. */
const DENSE_FROM = 48
const CARDS = {
  roomy: { width: 172, height: 56, gap: 12 },
  dense: { width: 118, height: 30, gap: 8 },
}
/** Between frames, where most connections run. */
const GUTTER = 28
const PADDING = 14
const HEADING = 38
/** Cards beside each other that a frame has room for, at least where there is room at all. */
const ACROSS_MIN = 2

export class Placing {
  /** By node: who stands at which number. */
  readonly #places = new Map<string, Map<string, number>>()
  /** By node: rows that it once had. */
  readonly #most = new Map<string, number>()
  #isDense = false

  /** @param nodes with their actors, in the order in which new ones are to stand. */
  place(nodes: ReadonlyMap<string, readonly string[]>, width: number): Picture {
    const count = [...nodes.values()].reduce((sum, { length }) => sum + length, 0)
    this.#isDense ||= count >= DENSE_FROM
    for (const [name, workers] of nodes) this.#seat(name, workers)
    for (const name of this.#places.keys()) if (!nodes.has(name)) this.#forget(name)
    return this.#drawn(width)
  }

  #seat(name: string, workers: readonly string[]): void {
    const places = this.#places.get(name) ?? new Map<string, number>()
    this.#places.set(name, places)
    const here = new Set(workers)
    for (const worker of places.keys()) if (!here.has(worker)) places.delete(worker)
    const taken = new Set(places.values())
    let free = 0
    for (const worker of workers) {
      if (places.has(worker)) continue
      while (taken.has(free)) free++
      places.set(worker, free)
      taken.add(free)
    }
    this.#most.set(name, Math.max(this.#most.get(name) ?? 1, ...[...taken].map((at) => at + 1)))
  }

  #forget(name: string): void {
    this.#places.delete(name)
    this.#most.delete(name)
  }

  #drawn(width: number): Picture {
    const { gap, ...roomy } = this.#isDense ? CARDS.dense : CARDS.roomy
    const least = 2 * PADDING + ACROSS_MIN * (roomy.width + gap) - gap
    const columns = Math.max(1, Math.min(this.#places.size, Math.floor((width + GUTTER) / (least + GUTTER))))
    const frameWidth = Math.floor((width - GUTTER * (columns - 1)) / columns)
    const inner = frameWidth - 2 * PADDING
    const across = Math.max(ACROSS_MIN, Math.floor((inner + gap) / (roomy.width + gap)))
    // Where two are too wide, they are made to fit.
    const card = { ...roomy, width: Math.min(roomy.width, Math.floor((inner + gap) / across - gap)) }
    const bottoms = Array.from({ length: columns }, () => 0)
    const spots = new Map<string, Spot>()
    const frames = [...this.#places].map(([name, places], at): Frame => {
      const column = at % columns
      const [x, y] = [column * (frameWidth + GUTTER), bottoms[column] ?? 0]
      const rows = Math.ceil((this.#most.get(name) ?? 1) / across)
      const height = HEADING + rows * (card.height + gap) - gap + PADDING
      bottoms[column] = y + height + GUTTER
      for (const [worker, place] of places) {
        spots.set(worker, {
          x: x + PADDING + (place % across) * (card.width + gap),
          y: y + HEADING + Math.floor(place / across) * (card.height + gap),
        })
      }
      return { name, x, y, width: frameWidth, height }
    })
    const height = Math.max(0, ...bottoms) - (frames.length > 0 ? GUTTER : 0)
    return { width, height, frames, spots, card, isDense: this.#isDense }
  }
}
