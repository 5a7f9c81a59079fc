/** Every bound of the runtime, with its reason. `docs/limits.md` lists them; a test holds the two equal. */
import { discoveryLimits } from '../discovery/index.js'
import { portLimits } from '../ports/index.js'

export const runtimeLimits = {
  /** Subjects of warnings that are told apart, so that each is said once a minute and not more. */
  noticeSubjects: 1000,
  /** Milliseconds until a warning that comes again is said again. */
  noticeRepeatMs: 60_000,
  /** Milliseconds that a peer that is lost is dialled before its record is taken for stale. */
  forgetPeerMs: 30_000,
  /**
   * Milliseconds after which a move to a new address that failed is tried again, growing to the second
   * number.
   */
  moveRetryMs: 250,
  moveRetryMaxMs: 10_000,
  /** Pairs of message types whose comparison is remembered: a hostile schema is expensive to compare. */
  verdicts: 1000,
  /** Milliseconds after which an onActivate that has not ended is told of. */
  activateNoticeMs: 2000,
  /** Milliseconds that onDeactivate of all components may take together. */
  deactivateMs: 1200,
  /** Milliseconds that messages on their way have to leave at a graceful stop. */
  lingerMs: 250,
  /** Milliseconds that a graceful stop may take in all; users wait no longer than two seconds. */
  stopMs: 1800,
} as const

/** Every limit there is, as `docs/limits.md` lists them: `limits.ports.keptMessages`. */
export const limits = { ports: portLimits, discovery: discoveryLimits, runtime: runtimeLimits } as const
