/**
 * Histories: what participants asked for, what they were answered, and when. As text they are JSON lines, in
 * any order, one event each. What every line has:
 *
 *     t    when: a number on one clock for all lines, such as milliseconds of the host's monotonic clock
 *     p    the participant, by a name that is new each time it starts, and at best each time its `group.id`
 *          changes. What it is told in turns, as by watch(), comes later than what it reads by get(): so one
 *          of the two needs a name of its own, such as `A-1 watching`
 *     e    `invoke`: asks for something · `ok`: it took place · `fail`: it did not, for certain
 *          `info`: nobody knows, as after a crash; so do invocations without an end · `saw`: was told
 *     id   of `invoke`, `ok`, `fail` and `info`: tells the invocation; once for each participant
 *     group, ms    if there are several groups; and the time to show, where `t` is none
 *     formation    where it was decided, or read, as `<epoch>.<term>`: in all lines of a history or in none.
 *          Without it all has to be of one formation. Where ids of polls name several, what does not fit is
 *          not called wrong, but unknown: a new formation may begin without what was decided before
 *
 * and what it is about, in lines with `invoke` and `saw` (an `ok` may add to it what was not known before):
 *
 *     f: 'set', key, value        invoke   of a shared value; null deletes it; values are best unique
 *     f: 'get', key, value        saw      read by get(), or told by watch()
 *     f: 'send', message          invoke   an ordered message; unique
 *     f: 'deliver', message       saw      an ordered message, handled
 *     f: 'poll', poll, decidedBy  invoke   by its topic, which is unique; its `ok` has the `outcome`
 *     f: 'vote', poll, choice     invoke   one that was refused is `fail`; none is ever `ok`
 *     f: 'outcome', poll, outcome saw      how it ended, as it was told; `pollId`, `electorate` where known
 *     f: 'missed'                 saw      was told that ordered messages were missed
 *     f: 'lost'                   saw      was told that history was lost: what it knew as decided is gone
 *
 *     {"t":12.5,"p":"A-1","e":"invoke","id":1,"f":"set","key":"x","value":"7"}
 *     {"t":19,"p":"A-1","e":"ok","id":1}
 *     {"t":21,"p":"B-1","e":"saw","f":"get","key":"x","value":"7"}
 */
import { z } from 'zod'
import type { Timed } from './timeline.js'

const value = z.string().nullable()
const outcome = z.enum(['yes', 'no', 'timeout', 'unknown'])
const decidedBy = z.enum(['majority', 'consensus'])

const call = z.discriminatedUnion('f', [
  z.object({ f: z.literal('set'), key: z.string(), value }),
  z.object({ f: z.literal('get'), key: z.string(), value }),
  z.object({ f: z.literal('send'), message: z.string() }),
  z.object({ f: z.literal('deliver'), message: z.string() }),
  z.object({ f: z.literal('poll'), poll: z.string(), decidedBy, outcome: outcome.optional() }),
  z.object({ f: z.literal('vote'), poll: z.string(), choice: z.enum(['yes', 'no']) }),
  z.object({
    f: z.literal('outcome'),
    poll: z.string(),
    outcome,
    pollId: z.string().optional(),
    electorate: z.array(z.string()).readonly().optional(),
  }),
  z.object({ f: z.literal('missed') }),
  z.object({ f: z.literal('lost') }),
])

const where = {
  t: z.number(),
  p: z.string(),
  group: z.string().optional(),
  formation: z.string().optional(),
  ms: z.number().optional(),
}
const id = z.union([z.number(), z.string()])

const line = z.union([
  z.object({ ...where, e: z.literal('invoke'), id }).and(call),
  z.object({ ...where, e: z.literal('saw') }).and(call),
  z.object({ ...where, e: z.enum(['ok', 'fail', 'info']), id, outcome: outcome.optional() }),
])

/** What an operation does, with the answer that it got. */
export type Call = z.infer<typeof call>
export type PollOutcome = z.infer<typeof outcome>
export type HistoryLine = z.infer<typeof line>

export interface Operation<C extends Call = Call> extends Timed {
  readonly process: string
  readonly group: string
  /** Where it was decided; undefined where that is not known. */
  readonly formation: string | undefined
  readonly call: C
  /** When, to show. */
  readonly ms: number
}

/** A history that says nothing, with the number of the line. */
export class HistoryError extends Error {}

/** Reads JSON lines; empty ones are left out. @throws HistoryError */
export function readHistory(text: string): readonly Operation[] {
  const lines = text.split('\n').flatMap((each, at) => (each.trim() === '' ? [] : [lineOf(each, at + 1)]))
  return operationsOf(lines)
}

function lineOf(text: string, number: number): HistoryLine {
  try {
    return line.parse(JSON.parse(text))
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : 'it is no JSON'
    throw new HistoryError(`line ${number}: ${why}; see the head of history.ts`)
  }
}

/** @throws HistoryError where what is invoked, or ends, does so twice, or ends and was never invoked. */
export function operationsOf(lines: readonly HistoryLine[]): readonly Operation[] {
  const ends = endsOf(lines)
  const invoked = new Set<string>()
  const found = lines.flatMap((each) => {
    if (each.e === 'saw') return [operation(each, each.t, each.formation)]
    if (each.e !== 'invoke') return []
    const key = keyOf(each)
    if (invoked.has(key)) throw new HistoryError(`${key} is invoked twice`)
    invoked.add(key)
    const end = ends.get(key)
    ends.delete(key)
    if (end?.e === 'fail') return []
    const formation = end?.formation ?? each.formation
    const known = end?.outcome === undefined ? each : { ...each, outcome: end.outcome }
    return [operation(known, end?.e === 'ok' ? end.t : Number.POSITIVE_INFINITY, formation)]
  })
  const [stray] = ends.keys()
  if (stray !== undefined) throw new HistoryError(`${stray} ends and was not invoked`)
  return found.sort((a, b) => a.invokedAt - b.invokedAt)
}

type End = Exclude<HistoryLine, { e: 'invoke' | 'saw' }>

function endsOf(lines: readonly HistoryLine[]): Map<string, End> {
  const ends = new Map<string, End>()
  for (const each of lines) {
    if (each.e === 'invoke' || each.e === 'saw') continue
    const key = keyOf(each)
    if (ends.has(key)) throw new HistoryError(`${key} ends twice`)
    ends.set(key, each)
  }
  return ends
}

function keyOf({ p, id }: { readonly p: string; readonly id: string | number }): string {
  return `invocation ${id} of ${p}`
}

type Begin = Exclude<HistoryLine, End>

function operation(begin: Begin, endedAt: number, formation: string | undefined): Operation {
  const { t, p, group = '', ms = t } = begin
  return { process: p, group, formation, call: begin, ms, invokedAt: t, endedAt }
}
