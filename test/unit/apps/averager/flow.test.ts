/**
 * Flow updating on a simulated network that loses, delays and repeats. Seeded: what fails once fails again.
 */
import { expect } from 'chai'
import { FlowAverage } from '../../../../apps/averager/flow.js'

/** A generator of numbers from 0 to 1 (mulberry32). */
function numbersFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

interface News {
  readonly sensor: number
  readonly estimate: number
  readonly flows: Readonly<Record<string, number>>
}

/** Nodes that all hear each other, if the message arrives. */
class Network {
  readonly nodes = new Map<string, FlowAverage>()
  readonly #random: () => number
  readonly #loss: number

  constructor(readings: readonly number[], loss = 0, seed = 1) {
    this.#random = numbersFrom(seed)
    this.#loss = loss
    for (const [index, reading] of readings.entries()) this.node(`n${index}`).reading = reading
  }

  node(name: string): FlowAverage {
    const known = this.nodes.get(name)
    if (known) return known
    const node = new FlowAverage()
    for (const [other, each] of this.nodes) {
      each.meet(name)
      node.meet(other)
    }
    this.nodes.set(name, node)
    return node
  }

  /** Every node takes a step, in an order of chance, and tells the others. */
  round(): void {
    const order = [...this.nodes].sort(() => this.#random() - 0.5)
    for (const [name, node] of order) {
      const news = node.step()
      if (news) this.#tell(name, news)
    }
  }

  rounds(count: number): void {
    for (let i = 0; i < count; i++) this.round()
  }

  /** The largest difference between an estimate and the mean of all readings. */
  get error(): number {
    const all = [...this.nodes.values()]
    const mean = all.reduce((sum, { reading = 0 }) => sum + reading, 0) / all.length
    return Math.max(...all.map(({ estimate = Number.POSITIVE_INFINITY }) => Math.abs(estimate - mean)))
  }

  #tell(from: string, { sensor, estimate, flows }: News): void {
    for (const [name, node] of this.nodes) {
      if (name === from || this.#random() < this.#loss) continue
      const data = { sensor, estimate, flow: flows[name] ?? 0 }
      node.hear(from, data)
      // Some come twice.
      if (this.#random() < this.#loss) node.hear(from, data)
    }
  }
}

describe('flow averaging', () => {
  it('has no estimate before the first reading, and its own reading while it is alone', () => {
    const node = new FlowAverage()
    expect(node.estimate).to.equal(undefined)
    expect(node.step()).to.equal(undefined)
    expect(node.trueMean).to.equal(undefined)
    node.reading = 42
    expect(node.estimate).to.equal(42)
    expect(node.step()).to.deep.equal({ sensor: 42, estimate: 42, flows: {} })
    expect(node.trueMean).to.equal(42)
    expect(node.nodes).to.equal(1)
  })

  it('comes to the mean', () => {
    const network = new Network([10, 20, 60])
    network.rounds(20)
    expect(network.error).to.be.below(1e-6)
    for (const node of network.nodes.values()) {
      expect(node.nodes).to.equal(3)
      expect(node.trueMean).to.equal(30)
    }
  })

  for (const seed of [1, 2, 3, 4, 5]) {
    it(`comes to the mean where 40 % of messages are lost and others repeated (seed ${seed})`, () => {
      const network = new Network([3, 97, 50, 12, 88], 0.4, seed)
      network.rounds(200)
      expect(network.error).to.be.below(0.01)
    })
  }

  it('follows a reading that changes', () => {
    const network = new Network([10, 20, 60], 0.2)
    network.rounds(60)
    network.node('n1').reading = 200
    expect(network.error).to.be.above(10)
    network.rounds(60)
    expect(network.error).to.be.below(0.01)
    expect(network.node('n0').trueMean).to.equal(90)
  })

  it('takes in a node that comes later', () => {
    const network = new Network([10, 20])
    network.rounds(20)
    network.node('late').reading = 90
    network.rounds(20)
    expect(network.error).to.be.below(1e-6)
  })

  it('hears no last words of a node that is gone', () => {
    const node = new FlowAverage()
    node.reading = 10
    node.meet('n2')
    const words = { sensor: 90, estimate: 90, flow: 0 }
    node.hear('n2', words)
    expect(node.trueMean).to.equal(50)
    node.forget('n2')
    node.hear('n2', words)
    expect([node.nodes, node.trueMean, node.estimate]).to.deep.equal([1, 10, 10])
    node.meet('n2')
    node.hear('n2', words)
    expect(node.nodes).to.equal(2)
  })

  it('forgets a node that is gone, with all that flowed', () => {
    const network = new Network([10, 20, 600])
    network.rounds(20)
    network.nodes.delete('n2')
    for (const node of network.nodes.values()) node.forget('n2')
    network.rounds(20)
    expect(network.error).to.be.below(1e-6)
    expect(network.node('n0').nodes).to.equal(2)
    expect(network.node('n0').estimate).to.be.closeTo(15, 1e-6)
  })
})
