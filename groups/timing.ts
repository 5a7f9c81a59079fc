/**
 * The times of a coordinated group, and the rules between them that its safety rests on (docs/protocol.md,
 * "Groups"). All in milliseconds of a monotonic clock. A group whose times break a rule is refused at start.
 */
import { GroupError } from './errors.js'

/** The times of a group, milliseconds. docs/protocol.md tells what each is for. */
export interface GroupTiming {
  /** Between two beats of a leader. */
  readonly heartbeat: number
  /** A member that hears no leader for a random time between these begins an election. */
  readonly electionMin: number
  /** See electionMin. */
  readonly electionMax: number
  /** How long a leader acts after it sent the beats that a quorum granted. */
  readonly lease: number
  /** How long a member that granted keeps its word: it grants nobody else. */
  readonly word: number
  /** A leader without a lease for so long steps down. */
  readonly checkQuorum: number
  /** How long one that has a quorum for a new formation waits for more. */
  readonly forming: number
  /** Without a leader of its formation for so long, a member gives the formation up; `never` also does. */
  readonly grace: number | 'never'
}

/** Bound on the error of the rate of a monotonic clock, against real time. */
export const CLOCK_RATE_ERROR = 0.05
/** Milliseconds that no time of a group is above: a day. Sums of some are still delays that timers know. */
const LONGEST_MS = 86_400_000
/** Timers fire late, and clocks are read in steps. */
const TIMER_STEP_MS = 1
/** How much longer a time of one clock may take by another. */
const SLOWER = (1 + CLOCK_RATE_ERROR) / (1 - CLOCK_RATE_ERROR)

/** Times that fit together, by name. */
export const timings = {
  lan: {
    heartbeat: 100,
    electionMin: 600,
    electionMax: 1200,
    lease: 500,
    word: 560,
    checkQuorum: 600,
    forming: 50,
    grace: 3000,
  },
  'lan-fast': {
    heartbeat: 50,
    electionMin: 150,
    electionMax: 300,
    lease: 120,
    word: 140,
    checkQuorum: 150,
    forming: 25,
    grace: 1000,
  },
  wan: {
    heartbeat: 500,
    electionMin: 2500,
    electionMax: 5000,
    lease: 2000,
    word: 2250,
    checkQuorum: 2500,
    forming: 250,
    grace: 12_000,
  },
  riaps: {
    heartbeat: 500,
    electionMin: 2000,
    electionMax: 3000,
    lease: 1350,
    word: 1500,
    checkQuorum: 2000,
    forming: 250,
    grace: 7500,
  },
} as const satisfies Record<string, GroupTiming>

/** The name of times that fit together. */
export type TimingProfile = keyof typeof timings

interface Rule {
  readonly text: string
  holds(timing: GroupTiming): boolean
}

const RULES: readonly Rule[] = [
  {
    text: 'every time is a finite number above 0',
    holds: ({ grace, ...times }) =>
      [...Object.values(times), grace === 'never' ? 1 : grace].every((ms) => Number.isFinite(ms) && ms > 0),
  },
  {
    text: `no time is above ${LONGEST_MS}, a day`,
    holds: (times) => Object.values(times).every((ms) => ms === 'never' || ms <= LONGEST_MS),
  },
  { text: 'electionMax ≥ electionMin', holds: ({ electionMin, electionMax }) => electionMax >= electionMin },
  {
    text: '3 × heartbeat ≤ electionMin',
    holds: ({ heartbeat, electionMin }) => 3 * heartbeat <= electionMin,
  },
  {
    text: `word ≥ lease × ${SLOWER.toFixed(3)} + ${TIMER_STEP_MS}, for clocks may run ±${CLOCK_RATE_ERROR}`,
    holds: ({ lease, word }) => word >= lease * SLOWER + TIMER_STEP_MS,
  },
  { text: 'word ≤ electionMin', holds: ({ word, electionMin }) => word <= electionMin },
  { text: 'heartbeat < lease', holds: ({ heartbeat, lease }) => heartbeat < lease },
  {
    text: 'checkQuorum ≤ 1.1 × electionMin',
    holds: ({ checkQuorum, electionMin }) => checkQuorum <= 1.1 * electionMin,
  },
  {
    text: `checkQuorum × ${SLOWER.toFixed(3)} < 2 × word`,
    holds: ({ checkQuorum, word }) => checkQuorum * SLOWER < 2 * word,
  },
  {
    text: 'grace ≥ 2 × electionMax',
    holds: ({ grace, electionMax }) => grace === 'never' || grace >= 2 * electionMax,
  },
]

/** The times of a group, as given. @throws GroupError `bad-timing` with the rule that they break. */
export function checkedTiming(what: string, timing: GroupTiming): GroupTiming {
  const broken = RULES.find((rule) => !rule.holds(timing))
  if (!broken) return timing
  const given = Object.entries(timing).map(([name, ms]) => `${name} ${ms}`)
  const text = `${what}: its times break a rule: ${broken.text} (given: ${given.join(', ')})`
  throw new GroupError('bad-timing', `${text}; take a profile, or correct them`)
}
