/** A command on its way to one of its targets, and how it is kept. */

import { composed, isObject, type JsonObject, type Verbatim } from '../fastapi/json.js'
import { Float } from '../rpc/python-json.js'
import { type Command, commandBody, commandOf } from './models.js'

export const entryStates = ['queued', 'leased', 'taken', 'done', 'expired', 'failed', 'cancelled'] as const

/**
 * `queued` until somebody has it: by a lease (`leased`), which comes back where it is not answered in time,
 * or for good (`taken`). It has ended when it was answered (`done`), was not in time (`expired`), was handed
 * out too often (`failed`), or was taken back (`cancelled`).
 */
export type EntryState = (typeof entryStates)[number]

export interface Entry {
  readonly target: string
  /** Of all commands of the hub: who came first. */
  readonly sequence: number
  readonly postedMs: number
  command: Command
  state: EntryState
  /** By which the one that has it proves so. */
  token: string
  leasedUntilMs: number
  /** How often it was handed out. */
  attempts: number
  /** When it ends, answered or not; 0 for never. */
  readonly deadlineMs: number
  /** When it ended; 0 before. */
  endedMs: number
}

export function hasEnded({ state }: Entry): boolean {
  return state !== 'queued' && state !== 'leased' && state !== 'taken'
}

/** What of it stays as it is, to be kept. */
export function entryRecord({ target, sequence, postedMs, deadlineMs, command }: Entry): Verbatim {
  return composed({ target, sequence, postedMs, deadlineMs, command: commandBody(command) })
}

/** What of it changes; a command without that is queued. */
export function stateRecord({ state, token, leasedUntilMs, attempts, endedMs }: Entry): Verbatim {
  return composed({ state, token, leasedUntilMs, attempts, endedMs })
}

/** What entryRecord() and stateRecord() gave; undefined for what is none. */
export function entryIn(record: JsonObject, of: JsonObject = new Map()): Entry | undefined {
  const [body, state] = [record.get('command'), of.get('state') ?? 'queued']
  if (!isObject(body) || typeof state !== 'string' || !isState(state)) return undefined
  return {
    target: String(record.get('target')),
    sequence: wholeIn(record, 'sequence'),
    postedMs: wholeIn(record, 'postedMs'),
    deadlineMs: wholeIn(record, 'deadlineMs'),
    command: commandOf(body),
    state,
    token: String(of.get('token') ?? ''),
    leasedUntilMs: wholeIn(of, 'leasedUntilMs'),
    attempts: wholeIn(of, 'attempts'),
    endedMs: wholeIn(of, 'endedMs'),
  }
}

export function isState(state: string): state is EntryState {
  return entryStates.some((each) => each === state)
}

export function wholeIn(record: JsonObject, name: string): number {
  const value = record.get(name)
  if (value instanceof Float) return value.value
  return typeof value === 'number' ? value : 0
}
