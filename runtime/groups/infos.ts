/** Who is behind the ids of members, kept for as long as nobody is another: each message asks for it. */
import { runtimeLimits } from '../limits.js'
import type { MemberInfo } from './member-info.js'

export class Infos {
  readonly #known = new Map<string, MemberInfo>()
  readonly #find: (id: string) => MemberInfo

  constructor(find: (id: string) => MemberInfo) {
    this.#find = find
  }

  of(id: string): MemberInfo {
    const known = this.#known.get(id)
    if (known) return known
    const info = this.#find(id)
    if (this.#known.size >= runtimeLimits.knownMembers) this.#known.clear()
    this.#known.set(id, info)
    return info
  }

  /** They may be others now. */
  clear(): void {
    this.#known.clear()
  }
}
