/** What all inverters feed, as one of them has heard. */

export interface Load {
  readonly loadKW: number
  readonly ratedKW: number
}

export class Loads {
  readonly #heard = new Map<string, Load>()

  hear(member: string, load: Load): void {
    this.#heard.set(member, load)
  }

  forget(member: string): void {
    this.#heard.delete(member)
  }

  /** Of all that were heard of. */
  get sum(): Load {
    const all = [...this.#heard.values()]
    return {
      loadKW: all.reduce((sum, { loadKW }) => sum + loadKW, 0),
      ratedKW: all.reduce((sum, { ratedKW }) => sum + ratedKW, 0),
    }
  }
}
