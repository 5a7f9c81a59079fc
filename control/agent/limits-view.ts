/** What an agent tells of what an actor may use: what it does use, and who sees to it. */
import { type JsonObject, objectOf } from '../fastapi/json.js'
import type { SupervisedActor } from './supervised-actor.js'

/** `used` is null until it is known: what is used in a second, after two looks. */
export function limitsView({ record, spending }: SupervisedActor): JsonObject {
  const { held, used, atMs } = spending ?? {}
  const { cpu, memory, disk, network } = record.spec.limits
  const isHeld = (kind: 'cpu' | 'memory'): string => (held?.has(kind) ? 'cgroup' : 'measure')
  const viewOf = (limit: number, amount: number | undefined, by: string): JsonObject =>
    objectOf({ limit, used: amount ?? null, at: atMs || null, by })
  return objectOf({
    ...(cpu !== undefined && { cpu: viewOf(cpu, used?.cpu, isHeld('cpu')) }),
    ...(memory !== undefined && { memory: viewOf(memory, used?.memory, isHeld('memory')) }),
    ...(disk !== undefined && { disk: viewOf(disk, used?.disk, 'measure') }),
    ...(network !== undefined && { network: viewOf(network, used?.network, 'measure') }),
  })
}
