/** A command on its way to one of its targets, and how it is kept. */

import { isObject, type Json, type JsonObject, objectOf } from '../fastapi/json.js'
import { Float } from '../rpc/python-json.js'
import { type Command, commandOf } from './models.js'

const STATES = ['queued', 'leased', 'taken', 'done', 'expired', 'failed', 'cancelled'] as const

/**
 * `queued` until somebody has it: by a lease (`leased`), which comes back where it is not answered in time,
 * or for good (`taken`). It has ended when it was answered (`done`), was not in time (`expired`), was handed
 * out too often (`failed`), or was taken back (`cancelled`).
 */
export type EntryState = (typeof STATES)[number]

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
}

export function hasEnded({ state }: Entry): boolean {
  return state !== 'queued' && state !== 'leased' && state !== 'taken'
}

/** All of it, to be kept. */
export function entryRecord(entry: Entry): JsonObject {
  const { target, sequence, postedMs, command, state, token, leasedUntilMs, attempts, deadlineMs } = entry
  return objectOf({
    ...{ target, sequence, postedMs, state, token, leasedUntilMs, attempts, deadlineMs },
    command: command.body,
    ...(command.traceparent !== undefined && { traceparent: command.traceparent }),
  })
}

/** What entryRecord() gave; undefined for what is none. */
export function entryIn(record: Json): Entry | undefined {
  if (!isObject(record)) return undefined
  const [body, state, traceparent] = ['command', 'state', 'traceparent'].map((name) => record.get(name))
  if (!isObject(body) || typeof state !== 'string' || !isState(state)) return undefined
  return {
    target: String(record.get('target')),
    sequence: wholeIn(record, 'sequence'),
    postedMs: wholeIn(record, 'postedMs'),
    command: { ...commandOf(body), ...(typeof traceparent === 'string' && { traceparent }) },
    state,
    token: String(record.get('token')),
    leasedUntilMs: wholeIn(record, 'leasedUntilMs'),
    attempts: wholeIn(record, 'attempts'),
    deadlineMs: wholeIn(record, 'deadlineMs'),
  }
}

function isState(state: string): state is EntryState {
  return STATES.some((each) => each === state)
}

export function wholeIn(record: JsonObject, name: string): number {
  const value = record.get(name)
  if (value instanceof Float) return value.value
  return typeof value === 'number' ? value : 0
}
