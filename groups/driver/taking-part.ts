/**
 * From which entry of the history on a member hears what is decided: behind the one that takes it in, or
 * behind the snapshot that has it in. Entries before that may have been heard of by whoever it was before.
 */
import type { CoreEffect, GroupCore } from '../core.js'
import type { EntryBody } from '../entries.js'
import type { LinkEvent } from '../link.js'

export type Part = Pick<Extract<LinkEvent, { is: 'takes-part' }>, 'index' | 'unheardTo' | 'formations'>

export class TakingPart {
  readonly #id: string
  #since: number | undefined
  #unheardTo = 0

  /** @param id of the member */
  constructor(id: string) {
    this.#id = id
  }

  /** What there is to tell before this effect of a step that has just been made. */
  of(effect: CoreEffect, core: GroupCore): Part | undefined {
    if (effect.kind === 'decided') return this.#decided(effect.index, effect.entry.body, core)
    if (effect.kind === 'installed') return this.#installed(effect.to, core)
    return undefined
  }

  #decided(index: number, body: EntryBody, core: GroupCore): Part | undefined {
    const isNews = body.kind === 'genesis'
    if (this.#since !== undefined) return isNews ? this.#part(this.#since, core) : undefined
    if (isHeard(body)) this.#unheardTo = index
    return takesIn(body).includes(this.#id) ? this.#part(index, core) : undefined
  }

  #installed(to: number, core: GroupCore): Part | undefined {
    if (this.#since !== undefined) return this.#part(this.#since, core)
    const { position, members, observers } = core.log.base
    // One that was cut since says at least that it was taken in by then.
    this.#unheardTo = Math.max(to, position.index)
    const isIn = members.includes(this.#id) || observers.includes(this.#id)
    return isIn ? this.#part(this.#unheardTo, core) : undefined
  }

  #part(index: number, { ledger }: GroupCore): Part {
    this.#since = index
    return { index, unheardTo: this.#unheardTo, formations: ledger.formations }
  }
}

/** Whether those who take part hear of it as it is decided; values that changed are told in any case. */
function isHeard({ kind }: EntryBody): boolean {
  return kind === 'ordered' || kind === 'open' || kind === 'close'
}

/** Those who take part from an entry on, where it says who. */
function takesIn(body: EntryBody): readonly string[] {
  if (body.kind === 'genesis' || body.kind === 'members') return body.members
  return body.kind === 'observers' ? body.observers : []
}
