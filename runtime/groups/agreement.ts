/**
 * Whether two members mean the same by a group: their parameters and the schemas of its messages. Those that
 * do not keep apart, and both say what differs.
 */
import type { GroupAd, Listing } from '../../discovery/index.js'
import { incompatibility, type TypeSummary } from '../../ports/index.js'
import { runtimeLimits } from '../limits.js'
import { differenceOf, type NamedGroupType } from './group-type.js'
import type { Listed } from './roster.js'

/** A member as it is listed. */
export interface ListedMember {
  readonly ad: Pick<GroupAd, 'parameters' | 'using'>
  /** Of its actor. */
  readonly types: Listing['types']
}

/** What one means by a group and another not, for people; undefined where they mean the same. */
export function differenceInMeaning(mine: ListedMember, theirs: ListedMember): string | undefined {
  const different = differenceOf(mine.ad.parameters, theirs.ad.parameters)
  return different ?? differenceOfSchemas(typeOf(mine), typeOf(theirs))
}

function typeOf({ ad: { using }, types }: ListedMember): TypeSummary {
  return (
    types.find(({ name, fingerprint }) => name === using.name && fingerprint === using.fingerprint) ?? using
  )
}

function differenceOfSchemas(mine: TypeSummary, theirs: TypeSummary): string | undefined {
  const why = incompatibility(mine, theirs)
  return why === undefined ? undefined : `the schemas of its messages differ: ${why}`
}

export class Agreement {
  /** A hostile schema is expensive to compare: once for each member is enough. */
  readonly #verdicts = new Map<string, string | undefined>()

  /** Why they keep apart; undefined where they agree. */
  difference(mine: NamedGroupType, listed: Listed): string | undefined {
    const { ad } = listed
    const different = differenceOf(mine.parameters, ad.parameters)
    if (different !== undefined) return different
    const { using } = mine.type
    if (ad.using.name === using.name && ad.using.fingerprint === using.fingerprint) return undefined
    const key = `${ad.member} ${using.fingerprint} ${ad.using.fingerprint}`
    if (!this.#verdicts.has(key)) this.#remember(key, differenceOfSchemas(using, typeOf(listed)))
    return this.#verdicts.get(key)
  }

  #remember(key: string, verdict: string | undefined): void {
    if (this.#verdicts.size >= runtimeLimits.verdicts) this.#verdicts.clear()
    this.#verdicts.set(key, verdict)
  }
}
