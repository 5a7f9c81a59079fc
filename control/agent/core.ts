/**
 * What is to be done about one actor, given what happens to its process: pure, for the driver is
 * `supervisor.ts`.
 *
 *   starting ──ready──▶ active
 *      │  └──late──▶ stopping ◀──stop── active      (or uses more than it may)
 *      └──── ended ────┐  │ ended       │ ended
 *                      ▼  ▼             ▼
 *    by its restart policy: waiting ──back-off──▶ starting, or ended, or failed
 *
 * An actor that was asked to stop is never started again by itself.
 */
import { agentLimits } from './limits.js'

/** When an actor whose process ended is started again. It has failed where its exit code is not 0. */
export const RESTARTS = ['never', 'on-failure', 'always'] as const
export type Restart = (typeof RESTARTS)[number]

export const PHASES = ['starting', 'active', 'stopping', 'waiting', 'ended', 'failed'] as const
export type Phase = (typeof PHASES)[number]

/** How a process ended; both null where nobody saw it. */
export interface Exit {
  readonly code: number | null
  readonly signal: string | null
}

export interface Supervised {
  readonly restart: Restart
  readonly phase: Phase
  readonly sinceMs: number
  /** When something is to be done without being asked; 0 for never. */
  readonly dueMs: number
  /** Milliseconds that each start has until the actor is active. */
  readonly activeMs: number
  /** From SIGTERM to SIGKILL. */
  readonly graceMs: number
  /** What is asked of it: that it runs, or that it does not. */
  readonly wanted: 'up' | 'down'
  /** How often its process was started. */
  readonly starts: number
  /** How often in a row it ended unasked, without having been active for a while. */
  readonly failures: number
  /** The strongest signal that this process was sent; '' for none. */
  readonly signalled: '' | 'SIGTERM' | 'SIGKILL'
  /** Why it is in this phase, for people; '' where that goes without saying. */
  readonly why: string
}

export type Input =
  | { readonly kind: 'start' }
  | { readonly kind: 'ready' }
  /** Its process has ended, or could not be started: then `why` says why. */
  | { readonly kind: 'ended'; readonly exit: Exit; readonly why?: string }
  | { readonly kind: 'stop'; readonly graceMs?: number }
  /** It uses more than it may. */
  | { readonly kind: 'over'; readonly why: string }
  /** The time that `dueMs` names has come. */
  | { readonly kind: 'due' }

export type Effect =
  | { readonly kind: 'spawn' }
  | { readonly kind: 'signal'; readonly signal: 'SIGTERM' | 'SIGKILL' }

export interface Step {
  readonly state: Supervised
  readonly effects: readonly Effect[]
}

/** One that has not been started yet. */
export function unstarted(
  restart: Restart,
  nowMs: number,
  { activeMs = agentLimits.activeMs, graceMs = agentLimits.graceMs }: { activeMs?: number; graceMs?: number },
): Supervised {
  return {
    ...{ restart, activeMs, graceMs, phase: 'ended', wanted: 'down', sinceMs: nowMs, dueMs: 0 },
    ...{ starts: 0, failures: 0, signalled: '', why: '' },
  }
}

/** Whether it has a process, or is about to. */
export function isRunning({ phase }: Supervised): boolean {
  return phase === 'starting' || phase === 'active' || phase === 'stopping'
}

/** Whether nothing happens to it until somebody asks. */
export function isOver({ phase }: Supervised): boolean {
  return phase === 'ended' || phase === 'failed'
}

/** Milliseconds until the start after so many failures in a row. */
export function backOffMs(failures: number): number {
  return Math.min(agentLimits.backOffMaxMs, agentLimits.backOffMs * 2 ** Math.max(0, failures - 1))
}

export function step(state: Supervised, input: Input, nowMs: number): Step {
  switch (input.kind) {
    case 'start':
      return isOver(state) ? started({ ...state, wanted: 'up', failures: 0 }, nowMs) : unchanged(state)
    case 'ready':
      return state.phase === 'starting' ? to(state, 'active', nowMs) : unchanged(state)
    case 'stop':
      return stopped(state, input.graceMs ?? state.graceMs, nowMs)
    case 'over':
      return over(state, input.why, nowMs)
    case 'due':
      return due(state, nowMs)
    case 'ended':
      return isRunning(state) ? ended(state, input.exit, input.why, nowMs) : unchanged(state)
  }
}

function unchanged(state: Supervised): Step {
  return { state, effects: [] }
}

function to(state: Supervised, phase: Phase, nowMs: number, why = '', dueMs = 0): Step {
  return { state: { ...state, phase, sinceMs: nowMs, dueMs, why }, effects: [] }
}

function started(state: Supervised, nowMs: number): Step {
  const next = to(state, 'starting', nowMs, '', nowMs + state.activeMs).state
  return { state: { ...next, starts: state.starts + 1, signalled: '' }, effects: [{ kind: 'spawn' }] }
}

function stopped(state: Supervised, graceMs: number, nowMs: number): Step {
  const asked: Supervised = { ...state, wanted: 'down' }
  if (state.phase === 'waiting') return to(asked, 'ended', nowMs)
  if (state.phase === 'starting' || state.phase === 'active') return ending(asked, graceMs, '', nowMs)
  if (state.phase !== 'stopping') return unchanged(state)
  // Who asks again may be in more of a hurry.
  return unchanged({ ...asked, dueMs: Math.min(state.dueMs, nowMs + graceMs) })
}

function ending(state: Supervised, graceMs: number, why: string, nowMs: number): Step {
  const next = to(state, 'stopping', nowMs, why, nowMs + graceMs).state
  return { state: { ...next, signalled: 'SIGTERM' }, effects: [{ kind: 'signal', signal: 'SIGTERM' }] }
}

/** It is ended, and that counts as a failure of its own. */
function over(state: Supervised, why: string, nowMs: number): Step {
  if (state.phase !== 'starting' && state.phase !== 'active') return unchanged(state)
  return ending({ ...state, failures: isCalm(state, nowMs) ? 0 : state.failures }, state.graceMs, why, nowMs)
}

function isCalm({ phase, sinceMs }: Supervised, nowMs: number): boolean {
  return phase === 'active' && nowMs - sinceMs >= agentLimits.calmMs
}

function due(state: Supervised, nowMs: number): Step {
  if (state.dueMs === 0 || nowMs < state.dueMs) return unchanged(state)
  if (state.phase === 'waiting') return started(state, nowMs)
  if (state.phase === 'starting') {
    return ending(state, state.graceMs, `it was not active after ${state.activeMs} ms`, nowMs)
  }
  if (state.phase !== 'stopping') return unchanged({ ...state, dueMs: 0 })
  // It may have to be sent again, where the process was not known yet.
  const next: Supervised = { ...state, signalled: 'SIGKILL', dueMs: nowMs + agentLimits.lookMs }
  return { state: next, effects: [{ kind: 'signal', signal: 'SIGKILL' }] }
}

function ended(state: Supervised, exit: Exit, why: string | undefined, nowMs: number): Step {
  if (state.wanted === 'down') return to(state, 'ended', nowMs)
  // One that was late was told to stop: then it has failed whatever its exit code.
  const hasFailed = exit.code !== 0 || state.phase === 'stopping'
  const reason = state.phase === 'stopping' ? state.why : (why ?? textOf(exit))
  const isWanted = state.restart === 'always' || (state.restart === 'on-failure' && hasFailed)
  if (!isWanted) return to(state, hasFailed ? 'failed' : 'ended', nowMs, hasFailed ? reason : '')
  const failures = isCalm(state, nowMs) ? 1 : state.failures + 1
  if (failures >= agentLimits.crashes) {
    const loop = `it ended ${failures} times in a row, the last time: ${reason}`
    return to({ ...state, failures }, 'failed', nowMs, loop)
  }
  return to({ ...state, failures }, 'waiting', nowMs, reason, nowMs + backOffMs(failures))
}

/** For people. */
export function textOf({ code, signal }: Exit): string {
  if (signal !== null) return `it was ended by ${signal}`
  return code === null ? 'it has gone, and nobody saw how' : `it ended with exit code ${code}`
}
