/**
 * The times of a group of RIAPS, as those of a group here. RIAPS has no lease, so its own defaults (heartbeat
 * 1000, election from 1500) leave a leader too few beats to prove itself: three must fit before an election.
 */
import { checkedTiming, GroupError, type GroupTiming, timings } from '../../../groups/index.js'
import type { GroupModel, TimingName } from './model.js'

const RIAPS: Readonly<Record<TimingName, number>> = {
  ...{ heartbeat: 1000, electionMin: 1500, electionMax: 2000, peerTimeout: 3000, consensusTimeout: 1500 },
}
/** Shares of the shortest election time, as those of the profile `riaps`. */
const WORD = 0.75
const LEASE = 0.9 * WORD

export interface MappedTiming {
  /** A profile, or times of its own. */
  readonly timing: 'riaps' | GroupTiming
  readonly note: string
}

export function timingOf({ name, timing }: GroupModel): MappedTiming {
  const { heartbeat, electionMin, electionMax } = { ...RIAPS, ...timing }
  const { heartbeat: ours, electionMin: min, electionMax: max, lease } = timings.riaps
  const theirs = `heartbeat ${heartbeat}, election ${electionMin} to ${electionMax}`
  const profile = `heartbeat ${ours}, election ${min} to ${max}, lease ${lease}`
  const word = Math.floor(electionMin * WORD)
  const mapped: GroupTiming = {
    ...{ heartbeat, electionMin, electionMax, word, lease: Math.floor(electionMin * LEASE) },
    ...{ checkQuorum: electionMin, forming: Math.ceil(electionMin / 8), grace: 2.5 * electionMax },
  }
  const why = refusalOf(mapped)
  if (why !== undefined) {
    const text = `group ${name}: ${theirs} breaks the rule ${why}`
    return { timing: 'riaps', note: `${text}; the profile riaps is used instead: ${profile}` }
  }
  return { timing: mapped, note: `group ${name}: ${theirs} is kept, with a lease of ${mapped.lease}` }
}

/** The rule that times break; undefined where they keep all. */
function refusalOf(timing: GroupTiming): string | undefined {
  try {
    checkedTiming('', timing)
    return undefined
  } catch (error) {
    if (!(error instanceof GroupError)) throw error
    return /a rule: (.*) \(given/.exec(error.message)?.[1] ?? error.message
  }
}
