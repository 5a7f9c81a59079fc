/**
 * Which ports a recording is of: all pub ports, or those that were asked for. It knows what was asked for in
 * vain, and what could be asked for instead.
 */
import type { PortAd } from '../../../discovery/index.js'
import { commandLimits } from '../limits.js'

const NOT_RECORDED = 'ports that ask or answer (qry, ans, req, rep, clt, srv) are not recorded'

export class Wanted {
  readonly #names: readonly string[]
  /** Those of the names that a pub port has, and those that a port has that asks or answers. */
  readonly #published = new Set<string>()
  readonly #asked = new Set<string>()
  /** The pub ports that were seen, as they are told; some, where they are very many. */
  readonly #pubs = new Set<string>()
  #hasAsking = false

  /** @param names of messages, and `component.port`; all pub ports where there are none. */
  constructor(names: readonly string[]) {
    this.#names = names
  }

  /** Whether this port, which is there, is to be recorded. */
  takes({ kind, component, port, types }: PortAd): boolean {
    if (kind === 'sub') return false
    const path = `${component}.${port}`
    const carried = types.map(({ name }) => name)
    const asked = this.#names.filter((each) => each === path || carried.includes(each))
    const isPub = kind === 'pub'
    for (const each of asked) (isPub ? this.#published : this.#asked).add(each)
    if (!isPub) this.#hasAsking = true
    else if (this.#pubs.size <= commandLimits.portsTold) this.#pubs.add(`${path} (${carried[0]})`)
    return isPub && (asked.length > 0 || this.#names.length === 0)
  }

  /** What is to be recorded and is not there, each in a line. */
  get missing(): string[] {
    if (this.#names.length === 0) {
      if (this.#pubs.size > 0) return []
      return [`there is no pub port${this.#hasAsking ? `; ${NOT_RECORDED}` : ''}`]
    }
    const missing = this.#names.filter((each) => !this.#published.has(each))
    return missing.map((each) => {
      const why = this.#asked.has(each) ? `${NOT_RECORDED}; ` : ''
      return `no pub port carries ${each} or is named so; ${why}${this.#instead}`
    })
  }

  get #instead(): string {
    const { portsTold } = commandLimits
    const told = [...this.#pubs].slice(0, portsTold).join(', ')
    if (told === '') return 'there is none at all'
    const isAll = this.#pubs.size <= portsTold
    return `there ${this.#pubs.size > 1 ? 'are' : 'is'} ${told}${isAll ? '' : ', …'}`
  }
}
