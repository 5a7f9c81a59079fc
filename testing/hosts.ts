/**
 * The hosts of a network in memory and the cables between them: who listens where, and which two hosts cannot
 * reach each other. Every host has an address of its own, a loopback that nobody else reaches, and names
 * within its processes.
 */
import { TestingError } from './errors.js'
import { testingLimits } from './limits.js'
import { Wire } from './wire.js'

/** What listens at an address. */
export type Listening = object

const FIRST_PORT = 49_152
const LAST_PORT = 65_535

export class Host<L extends Listening = Listening> {
  readonly name: string
  readonly address: string
  readonly #listeners = new Map<string, L>()
  #lastPort = FIRST_PORT - 1

  constructor(name: string, address: string) {
    this.name = name
    this.address = address
  }

  isOwn(address: string): boolean {
    return address === this.address || address === '127.0.0.1'
  }

  /** False where somebody listens there already. */
  listen(endpoint: string, listener: L): boolean {
    if (this.#listeners.has(endpoint)) return false
    this.#listeners.set(endpoint, listener)
    return true
  }

  leave(endpoint: string): void {
    this.#listeners.delete(endpoint)
  }

  listener(endpoint: string): L | undefined {
    return this.#listeners.get(endpoint)
  }

  /** A TCP port that nobody listens on; undefined where all are taken. The same comes again only late. */
  freePort(address: string): number | undefined {
    for (let tried = FIRST_PORT; tried <= LAST_PORT; tried++) {
      this.#lastPort = this.#lastPort >= LAST_PORT ? FIRST_PORT : this.#lastPort + 1
      if (!this.#listeners.has(`tcp://${address}:${this.#lastPort}`)) return this.#lastPort
    }
    return undefined
  }
}

export class Hosts<L extends Listening = Listening> {
  readonly #delayMs: () => number
  readonly #hosts = new Map<string, Host<L>>()
  readonly #cuts = new Set<string>()
  readonly #wires = new Map<Wire, string>()
  readonly #onHeal = new Set<() => void>()

  constructor(delayMs: () => number) {
    this.#delayMs = delayMs
  }

  /** The host of this name, new where there is none yet. @throws TestingError `too-many`. */
  host(name: string): Host<L> {
    const known = this.#hosts.get(name)
    if (known) return known
    if (this.#hosts.size >= testingLimits.hosts) {
      throw new TestingError('too-many', `a test network has at most ${testingLimits.hosts} hosts`)
    }
    const made = new Host<L>(name, `10.0.0.${this.#hosts.size + 1}`)
    this.#hosts.set(name, made)
    return made
  }

  /** The host that an address means as seen from another. */
  at(address: string, from: Host<L>): Host<L> | undefined {
    if (from.isOwn(address)) return from
    return [...this.#hosts.values()].find((host) => host.address === address)
  }

  isCut(a: Host<L>, b: Host<L>): boolean {
    return this.#cuts.has(cableOf(a, b))
  }

  cut(a: Host<L>, b: Host<L>): void {
    const cable = cableOf(a, b)
    this.#cuts.add(cable)
    for (const [wire, of] of this.#wires) if (of === cable) wire.cut()
  }

  heal(a: Host<L>, b: Host<L>): void {
    this.#heal([cableOf(a, b)])
  }

  healAll(): void {
    this.#heal([...this.#cuts])
  }

  #heal(cables: readonly string[]): void {
    const healed = new Set(cables.filter((cable) => this.#cuts.delete(cable)))
    if (healed.size === 0) return
    for (const [wire, cable] of this.#wires) if (healed.has(cable)) wire.heal()
    for (const told of this.#onHeal) told()
  }

  /** `told` is called whenever two hosts reach each other again, until what is returned is called. */
  onHeal(told: () => void): () => void {
    this.#onHeal.add(told)
    return () => void this.#onHeal.delete(told)
  }

  /** A connection from one host to another, which may be the same. @param broke told when it breaks. */
  wire(from: Host<L>, to: Host<L>, broke: () => void): Wire {
    const wire: Wire = new Wire({ delayMs: this.#delayMs, broke, over: () => this.#wires.delete(wire) })
    this.#wires.set(wire, cableOf(from, to))
    if (this.isCut(from, to)) wire.cut()
    return wire
  }

  /** A connection within a process: it takes no time, and no cut concerns it. */
  inProcess(): Wire {
    const nothing = (): void => undefined
    return new Wire({ delayMs: () => 0, broke: nothing, over: nothing })
  }
}

function cableOf(a: { readonly name: string }, b: { readonly name: string }): string {
  return JSON.stringify([a.name, b.name].sort())
}
