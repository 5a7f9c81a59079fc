/**
 * What an actor may use, and what follows from what it uses: pure. Of nine tenths its components are told;
 * more memory or disk than allowed ends it, for others need that, too.
 */
import { z } from 'zod'
import type { LimitEvent, LimitKind } from '../../runtime/index.js'
import { agentLimits } from './limits.js'

/** Each may be left out: then there is no limit of it. */
export const allowance = z.strictObject({
  /** Share of one core. */
  cpu: z.number().min(0.01).max(1024).optional(),
  /** Bytes. */
  memory: z.int().min(1).optional(),
  /** Bytes of its log and its folder. */
  disk: z.int().min(1).optional(),
  /** Bytes a second, both ways together. */
  network: z.int().min(1).optional(),
})

export type Allowance = z.infer<typeof allowance>

/** In the units of the allowance. A kind that is not known, or not limited, is missing. */
export type Used = Partial<Record<LimitKind, number>>

export interface Judgement {
  /** Of what its components are to be told now. */
  readonly near: readonly LimitEvent[]
  /** Why it is to be ended; undefined where it is not. */
  readonly over: string | undefined
}

const KINDS = ['cpu', 'memory', 'disk', 'network'] as const satisfies readonly LimitKind[]
/** The processor is shared anyway, and what was sent is sent. */
const ENDS: readonly LimitKind[] = ['memory', 'disk']

/** What is known beside what is used. */
export interface Standing {
  /** What the kernel sees to. */
  readonly held: ReadonlySet<LimitKind>
  /** When its components were told last, of each kind; it is kept up. */
  readonly toldMs: Map<LimitKind, number>
  readonly nowMs: number
}

export function judge(allowed: Allowance, used: Used, { held, toldMs, nowMs }: Standing): Judgement {
  const spent = KINDS.flatMap((kind) => {
    const [limit, amount] = [allowed[kind], used[kind]]
    return limit === undefined || amount === undefined ? [] : [{ kind, used: amount, limit }]
  })
  const near = spent.filter(({ kind, used: amount, limit }) => {
    const isDue = nowMs - (toldMs.get(kind) ?? Number.NEGATIVE_INFINITY) >= agentLimits.nearAgainMs
    return amount >= limit * agentLimits.nearShare && isDue
  })
  for (const { kind } of near) toldMs.set(kind, nowMs)
  const ends = spent.filter(({ kind }) => ENDS.includes(kind) && !held.has(kind))
  const over = ends.find(({ used: amount, limit }) => amount > limit)
  return { near, over: over && `it used ${over.used} bytes of ${over.kind}, and may use ${over.limit}` }
}
