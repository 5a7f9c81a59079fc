/**
 * Words for members that mean different groups by one name: why one of them is refused, and what those say
 * that are in already, of one that was refused and of one that they keep apart from.
 */
import type { Logger } from 'pino'
import { GroupError, type SeatHolder, type SeatName } from '../../groups/index.js'
import { describeError } from '../lifetime.js'
import { runtimeLimits } from '../limits.js'
import type { Notices } from '../notices.js'
import { differenceOf } from './group-type.js'

const ONE_APP = 'start both with one app, the same version of it'

/** Why a member is refused, whose parameters are `here`, because of that one, whose are `there`. */
export function refusal(name: string, who: string, here: string, there: string): GroupError {
  const why = `${who} means another group by the name: ${differenceOf(here, there)}`
  const both = `here ${here}, there ${there}`
  const text = `${name} is not joined: ${why} (${both}); ${ONE_APP}, or join when all others have left`
  return new GroupError('different-parameters', text)
}

/** Why a member is refused that cannot know what others mean. */
export function silence(name: string, { seat }: SeatName): GroupError {
  const who = `who holds its seat ${seat} on this host has not said in ${runtimeLimits.seatSilentMs} ms`
  const text = `${name} is not joined: ${who} which parameters it has for the group`
  return new GroupError(
    'different-parameters',
    `${text}; see whether it is stopped or busy, or older than this one; end it, and join again`,
  )
}

export function processText({ process }: SeatHolder): string {
  return process ? `the process ${process.pid} of this host` : 'a process of this host'
}

/** What those say that are in; each once a minute and not more. */
export class Apart {
  readonly #notices: Notices
  readonly #log: Logger

  constructor({ notices, log }: { readonly notices: Notices; readonly log: Logger }) {
    this.#notices = notices
    this.#log = log
  }

  /** A member is kept apart. @param peer id of its actor */
  kept(name: string, member: string, peer: string, who: string, why: string): void {
    this.#say(`${name} ${member}`, `${name}: ${who} is kept apart`, why, { group: name, peer })
  }

  /** One was refused on this host, as it says itself; anybody may say so. */
  refused(name: string, here: string, other: SeatHolder): void {
    const why = differenceOf(here, other.parameters ?? here)
    if (why === undefined) return
    const what = `${name}: a member in ${processText(other)} was refused`
    this.#say(`${name} ${why}`, what, why, { group: name })
  }

  #say(key: string, what: string, why: string, fields: object): void {
    const repeated = this.#notices.isDue(`parameters ${key}`)
    if (!repeated) return
    const text = `${what}, for it means another group by the name: ${why}; ${ONE_APP}`
    const err = describeError(new GroupError('different-parameters', text))
    this.#log.error({ ...fields, err, ...repeated }, text)
  }
}
