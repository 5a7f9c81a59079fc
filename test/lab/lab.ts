/**
 * Hosts on a rig, with one member of a group each (the last ones observe), a store that leaders write to, and
 * the history of what they tell. `settled()` is how every trial begins and ends.
 */
import { join } from 'node:path'
import { uniqueApp } from '../support/apps.js'
import { Asking } from './asking.js'
import { History } from './history.js'
import { nowMs } from './launch.js'
import { mechanismOf } from './mechanism.js'
import { LabNode } from './node.js'
import { Rig } from './rig.js'
import { FencingStore } from './store.js'

/** A leader that told nothing for so long acts no more. */
const FRESH_MS = 250
const SEATS = 5

export interface LabOptions {
  readonly hosts?: number
  readonly seed?: number
  /** Hosts whose clocks run fast or slow. */
  readonly rates?: Readonly<Record<number, number>>
  /** The wall clocks of all hosts can be set. */
  readonly settable?: boolean
  /** A planted fault: leaders act on for so long when their lease is over. */
  readonly overdueMs?: number
}

export class Lab {
  readonly rig: Rig
  readonly store: FencingStore
  readonly history: History
  readonly nodes: readonly LabNode[]
  /** How wrong the times may be that hosts tell. */
  readonly errorMs: number
  #asking: Asking | undefined
  #askings = 0

  private constructor(rig: Rig, store: FencingStore, options: LabOptions) {
    this.rig = rig
    this.store = store
    this.history = new History()
    this.errorMs = options.rates ? 1 : 0
    const app = uniqueApp()
    this.nodes = rig.hosts.map(
      (host) =>
        new LabNode({
          rig,
          host,
          app,
          seat: host <= SEATS ? host - 1 : undefined,
          store: store.path,
          rate: options.rates?.[host],
          overdueMs: options.overdueMs,
          clockFile: options.settable ? join(store.folder, `clock-${host}`) : undefined,
          heard: (node, word) => {
            if (word.is === 'joined') {
              node.order({ mark: this.history.mark })
              this.#asking?.begin(node)
            } else if (word.is === 'asked') this.#asking?.ended(node, word.tag)
            this.history.write(node, word)
          },
        }),
    )
  }

  /** Resolves when all have met, and one leads. */
  static async open(options: LabOptions = {}): Promise<Lab> {
    const rig = await Rig.of(options.hosts ?? SEATS + 1, options.seed)
    let store: FencingStore | undefined
    let lab: Lab | undefined
    try {
      store = await FencingStore.open()
      lab = new Lab(rig, store, options)
      await lab.history.until(
        () => lab?.nodes.every(({ members }) => members.length > 0) === true,
        () => 'all join',
      )
      for (const node of lab.nodes) await node.calibrate()
      await lab.settled()
      lab.#requireKeys()
      return lab
    } catch (error) {
      if (lab) await lab.close()
      else {
        await store?.close()
        await rig.remove()
      }
      throw error
    }
  }

  /** What is shown without keys would say nothing of actors as they run. */
  #requireKeys(): void {
    const [one, other] = this.nodes
    const mechanism = one && other ? mechanismOf(this.rig, one.host, other.answers) : ''
    if (mechanism !== 'CURVE') throw new Error(`hosts of the lab are to have keys, and say ${mechanism}`)
  }

  node(host: number): LabNode {
    const node = this.nodes[host - 1]
    if (!node) throw new Error(`there is no host ${host}`)
    return node
  }

  /** The host whose member all follow, where it acts, and all know each other. */
  get leader(): number | undefined {
    const [first] = this.nodes
    const id = first?.view.leader
    const agree = ({ view }: LabNode): boolean => view.leader === id && view.size === this.nodes.length
    if (id === undefined || !this.nodes.every(agree)) return undefined
    const leader = this.nodes.find(({ members }) => members.at(-1) === id)?.host
    const last = this.history.newest
    return last && last.host === leader && nowMs() - last.untilMs < FRESH_MS ? leader : undefined
  }

  /** What each host hears from now on counts. */
  mark(): void {
    const mark = this.history.newMark()
    for (const node of this.nodes) node.order({ mark })
  }

  /**
   * All members ask their group for things from now on. Not where clocks run fast or slow: what several
   * clocks tell is no history.
   */
  ask(seed: number): void {
    if (this.errorMs > 0) return
    this.#asking = new Asking(this.store.folder, `t${++this.#askings}`, seed)
    for (const node of this.nodes) this.#asking.begin(node)
  }

  /** They ask no more. Resolves with the history, as JSON lines; without one where they did not. */
  async asked(): Promise<string | undefined> {
    const asking = this.#asking
    if (!asking) return undefined
    for (const node of this.nodes) asking.end(node)
    await this.history.until(
      () => this.nodes.every((node) => asking.hasEnded(node)),
      () => `all have written down what they asked for; ${this.story()}`,
    )
    this.#asking = undefined
    return asking.take()
  }

  /** Resolves with the leader when all follow it, know each other, and hear each other's ports. */
  async settled(): Promise<number> {
    await this.history.until(
      () => this.leader !== undefined && this.deaf.length === 0,
      () => `one leader, and all ports connected; ${this.story()}`,
    )
    return this.leader ?? 0
  }

  /** Pairs of which the first has heard nothing of the other since the last mark. */
  get deaf(): readonly (readonly [to: number, of: number])[] {
    return this.rig.hosts.flatMap((to) =>
      this.rig.hosts
        .filter((of) => of !== to && this.history.heard(to, of) === undefined)
        .map((of): [number, number] => [to, of]),
    )
  }

  /** What everybody thinks. */
  story(): string {
    const views = this.nodes.map(({ host, members, view: { leader, size, epoch, term } }) => {
      const led = this.nodes.find((node) => leader !== undefined && node.members.includes(leader))?.host
      const member = members.at(-1)?.slice(0, 6)
      return `${host} (member ${member}) follows ${led ?? leader} by ${epoch}.${term}, of ${size}`
    })
    const deaf = this.deaf.map(([to, of]) => `${to} ← ${of}`)
    return `${views.join('; ')}; unheard: ${deaf.join(', ') || 'none'}`
  }

  async close(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.kill()))
    await this.store.close()
    await this.rig.remove()
  }
}
