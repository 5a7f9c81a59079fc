/** What those who watch a fleet want of the agents of its nodes, on its way there and back. */
import { randomUUID } from 'node:crypto'
import type { Asker } from '../hub/asker.js'
import { HubError } from '../hub/errors.js'
import { fleetLimits } from './limits.js'
import type { ErrandAsked, ErrandDone } from './models.js'

/** As the agent is given it. */
export interface Errand extends ErrandAsked {
  readonly id: string
}

interface Pending {
  readonly errand: Errand
  readonly node: string
  isTaken: boolean
  end(outcome: ErrandDone | HubError): void
}

export class Errands {
  readonly #pending = new Map<string, Pending>()
  readonly #come: (node: string) => void

  /** @param come told that there is one for a node */
  constructor(come: (node: string) => void) {
    this.#come = come
  }

  /** Resolves with what the agent answered. @throws HubError `hub-full`, `hub-node-away`. */
  async ask(node: string, asked: ErrandAsked, asker: Asker): Promise<ErrandDone> {
    const { errands, errandMs } = fleetLimits
    const ofNode = [...this.#pending.values()].filter((each) => each.node === node)
    if (ofNode.length >= errands)
      throw new HubError('hub-full', `${errands} errands wait for ${node} already`)
    const errand = { ...asked, id: randomUUID() }
    let timer: NodeJS.Timeout | undefined
    const outcome = await new Promise<ErrandDone | HubError>((end) => {
      const late = `the agent of ${node} did not answer within ${errandMs} ms`
      timer = setTimeout(() => end(new HubError('hub-node-away', late)), errandMs)
      asker.whenGone(() => end(new HubError('hub-node-away', 'nobody waits for it any more')))
      this.#pending.set(errand.id, { errand, node, isTaken: false, end })
      this.#come(node)
    })
    clearTimeout(timer)
    asker.whenGone(undefined)
    this.#pending.delete(errand.id)
    if (outcome instanceof HubError) throw outcome
    return outcome
  }

  /** Those that its agent was not given yet; undefined for none. */
  take(node: string): readonly Errand[] | undefined {
    const all = [...this.#pending.values()].filter((each) => each.node === node && !each.isTaken)
    for (const each of all) each.isTaken = true
    return all.length > 0 ? all.map(({ errand }) => errand) : undefined
  }

  /** Its agent was gone before it was given these. */
  giveBack(errands: readonly Errand[]): void {
    for (const { id } of errands) {
      const pending = this.#pending.get(id)
      if (!pending) continue
      pending.isTaken = false
      this.#come(pending.node)
    }
  }

  /** Whether somebody waits for that. */
  done(node: string, id: string, outcome: ErrandDone): boolean {
    const pending = this.#pending.get(id)
    if (pending?.node !== node) return false
    pending.end(outcome)
    return true
  }

  /** Its agent is not at the hub any more. */
  left(node: string): void {
    const error = new HubError('hub-node-away', `the agent of ${node} is not at the hub any more`)
    for (const each of this.#pending.values()) if (each.node === node) each.end(error)
  }
}
