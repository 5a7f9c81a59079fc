/**
 * Whether two members mean the same by a group: their parameters and the schemas of its messages. Those that
 * do not keep apart, and both say what differs.
 */
import { incompatibility, type TypeSummary } from '../../ports/index.js'
import { runtimeLimits } from '../limits.js'
import { differenceOf, type NamedGroupType } from './group-type.js'
import type { Listed } from './roster.js'

export class Agreement {
  /** A hostile schema is expensive to compare: once for each member is enough. */
  readonly #verdicts = new Map<string, string | undefined>()

  /** Why they keep apart; undefined where they agree. */
  difference(mine: NamedGroupType, { ad, types }: Listed): string | undefined {
    const different = differenceOf(mine.parameters, ad.parameters)
    if (different !== undefined) return different
    const { using } = mine.type
    if (ad.using.name === using.name && ad.using.fingerprint === using.fingerprint) return undefined
    const theirs = types.find(
      ({ name, fingerprint }) => name === ad.using.name && fingerprint === ad.using.fingerprint,
    )
    const key = `${ad.member} ${using.fingerprint} ${ad.using.fingerprint}`
    if (!this.#verdicts.has(key)) this.#remember(key, this.#compare(using, theirs ?? ad.using))
    return this.#verdicts.get(key)
  }

  #compare(mine: TypeSummary, theirs: TypeSummary): string | undefined {
    const why = incompatibility(mine, theirs)
    return why === undefined ? undefined : `the schemas of its messages differ: ${why}`
  }

  #remember(key: string, verdict: string | undefined): void {
    if (this.#verdicts.size >= runtimeLimits.verdicts) this.#verdicts.clear()
    this.#verdicts.set(key, verdict)
  }
}
