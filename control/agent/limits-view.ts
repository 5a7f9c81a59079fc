/** What an agent tells of what an actor may use: what it does use, and who sees to it. */
import type { LimitKind } from '../../runtime/index.js'
import { type JsonObject, objectOf } from '../fastapi/json.js'
import type { SupervisedActor } from './supervised-actor.js'

const KINDS: readonly LimitKind[] = ['cpu', 'memory', 'disk', 'network']
const NONE: ReadonlySet<LimitKind> = new Set()

/** A limit, and what is used of it. */
export type LimitView = {
  readonly limit: number
  /** Null until it is known: what is used in a second, after two looks. */
  readonly used: number | null
  readonly at: number | null
  readonly by: 'cgroup' | 'measure'
}

export function limitsOf({
  record,
  spending,
}: Pick<SupervisedActor, 'record' | 'spending'>): Partial<Record<LimitKind, LimitView>> {
  const { limits } = record.spec
  const all = KINDS.flatMap((kind): (readonly [string, LimitView])[] => {
    const limit = limits[kind]
    if (limit === undefined) return []
    const { amount = null, atMs = null } = spending?.used.get(kind) ?? {}
    const held: ReadonlySet<LimitKind> = spending?.held ?? NONE
    return [[kind, { limit, used: amount, at: atMs, by: held.has(kind) ? 'cgroup' : 'measure' }]]
  })
  return Object.fromEntries(all)
}

export function limitsView(actor: SupervisedActor): JsonObject {
  return new Map(Object.entries(limitsOf(actor)).map(([kind, view]) => [kind, objectOf(view)]))
}
