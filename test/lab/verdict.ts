/**
 * What of a trial is not as its scenario expects it. A machine that gives a process no time for longer than
 * members have to spare elects for that reason: then who leads says nothing.
 */
import type { Expected } from './scenario.js'
import type { Trial } from './trial.js'

/** `lan`: the most that a member waits for a leader. */
const TIMEOUT_MS = 1200
const TIMEOUTS_MOST = 3
const RECONNECT_MOST_MS = 1000
/**
 * A cut of less than `discoveryLimits.cutMs` is left to TCP, which loses nothing. It sends again R after what
 * was lost, 3 R, 7 R and so on: after the healing it waits for less than the cut was long, and R. Near, R is
 * 0.2 s, and that is a second. Far away, R is a round trip and four times by how much those differ: of round
 * trips of 100 to 300 ms, 0.4 to 1.1 s were seen, so up to four of them more.
 */
const ROUND_TRIPS = 4
/** `lan`: a beat and a half; threads of groups, and the switch, may have got none for longer. */
const STARVED_MS = 150

export type Told = Pick<
  Trial,
  'electedMs' | 'elections' | 'electionsAfter' | 'reconnectMs' | 'starvedMs' | 'staleAccepted'
> & {
  /** The leader of the beginning leads, and nobody else did. */
  readonly isSame: boolean
}

/** @param patience times may be so many times as long */
export function unexpected(told: Told, expected: Expected, patience: number): readonly string[] {
  const { electedMs, elections, electionsAfter, reconnectMs, starvedMs, staleAccepted, isSame } = told
  const { leader, mayElect, electionsMost = Infinity, reconnects, roundTripMs = 0 } = expected
  const isStarved = starvedMs > STARVED_MS
  const electMostMs = TIMEOUTS_MOST * TIMEOUT_MS * patience + starvedMs
  const reconnectMostMs = (RECONNECT_MOST_MS + ROUND_TRIPS * roundTripMs) * patience + starvedMs
  const all: readonly (readonly [boolean, string])[] = [
    [leader === 'the same' && !isSame && !isStarved, 'another leads than before'],
    [leader === 'another' && isSame, 'the same leads as before'],
    [leader === 'another' && (electedMs ?? 0) > electMostMs, `nobody led for ${electedMs?.toFixed()} ms`],
    [!mayElect && electionsAfter > 0 && !isStarved, `${electionsAfter} elections after the healing`],
    [elections > electionsMost && !isStarved, `${elections} elections since the first fault`],
    [
      reconnects !== false && reconnectMs.most > reconnectMostMs,
      `a port was connected only ${reconnectMs.most.toFixed()} ms after the healing`,
    ],
    [staleAccepted > 0, `the store took ${staleAccepted} actions of an old leader`],
  ]
  return all.filter(([isSo]) => isSo).map(([, text]) => text)
}
