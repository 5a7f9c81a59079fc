/**
 * Distributed averaging by flow updating (Jesus, Baquero and Almeida, 2009), as a pure core: no node ever
 * knows the average, and none is in charge. Each keeps, for every neighbour, how much of its own value has
 * "flowed" there; what it believes is its reading less all that flowed out. Flows are idempotent, so a lost
 * or repeated message does no harm; a neighbour that leaves takes its flow with it; a reading that changes is
 * followed.
 */
export interface NeighbourData {
  readonly sensor: number
  readonly estimate: number
  /** What flowed from the neighbour to us. */
  readonly flow: number
}

export class FlowAverage {
  #reading: number | undefined
  readonly #flows = new Map<string, number>()
  readonly #heard = new Map<string, NeighbourData>()
  readonly #present = new Set<string>()

  /** The latest reading of the own sensor; undefined before the first. */
  get reading(): number | undefined {
    return this.#reading
  }

  set reading(value: number) {
    this.#reading = value
  }

  /** From now on the node is heard. */
  meet(node: string): void {
    this.#present.add(node)
  }

  /** Takes what a node tells; nothing of one that left, whose last words may come late. */
  hear(node: string, data: NeighbourData): void {
    if (!this.#present.has(node)) return
    this.#heard.set(node, data)
    this.#flows.set(node, -data.flow)
  }

  forget(node: string): void {
    this.#present.delete(node)
    this.#heard.delete(node)
    this.#flows.delete(node)
  }

  /** What this node believes the average to be; undefined before the first reading. */
  get estimate(): number | undefined {
    if (this.#reading === undefined) return undefined
    let out = 0
    for (const flow of this.#flows.values()) out += flow
    return this.#reading - out
  }

  /** Evens out with the neighbours; returns what to tell them, or undefined before the first reading. */
  step(): { sensor: number; estimate: number; flows: Record<string, number> } | undefined {
    const own = this.estimate
    if (own === undefined || this.#reading === undefined) return undefined
    let sum = own
    for (const { estimate } of this.#heard.values()) sum += estimate
    const estimate = sum / (this.#heard.size + 1)
    for (const [node, data] of this.#heard) {
      this.#flows.set(node, (this.#flows.get(node) ?? 0) + estimate - data.estimate)
      this.#heard.set(node, { ...data, estimate })
    }
    return { sensor: this.#reading, estimate, flows: Object.fromEntries(this.#flows) }
  }

  /** How many nodes are heard of, this one included. */
  get nodes(): number {
    return this.#heard.size + 1
  }

  /**
   * The true mean of all readings heard of: only to show how good the estimate is; the algorithm never uses
   * it.
   */
  get trueMean(): number | undefined {
    if (this.#reading === undefined) return undefined
    let sum = this.#reading
    for (const { sensor } of this.#heard.values()) sum += sensor
    return sum / this.nodes
  }
}
