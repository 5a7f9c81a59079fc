/** What an agent tells of what an actor may use: what it does use, and who sees to it. */
import type { LimitKind } from '../../runtime/index.js'
import { type JsonObject, objectOf } from '../fastapi/json.js'
import type { SupervisedActor } from './supervised-actor.js'

const KINDS: readonly LimitKind[] = ['cpu', 'memory', 'disk', 'network']
const NONE: ReadonlySet<LimitKind> = new Set()

/** `used` is null until it is known: what is used in a second, after two looks. */
export function limitsView({ record, spending }: SupervisedActor): JsonObject {
  const { limits } = record.spec
  const all = KINDS.flatMap((kind): (readonly [string, JsonObject])[] => {
    const limit = limits[kind]
    if (limit === undefined) return []
    const { amount = null, atMs = null } = spending?.used.get(kind) ?? {}
    const held: ReadonlySet<LimitKind> = spending?.held ?? NONE
    const by = held.has(kind) ? 'cgroup' : 'measure'
    return [[kind, objectOf({ limit, used: amount, at: atMs, by })]]
  })
  return new Map(all)
}
