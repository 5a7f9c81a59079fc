/** What two looks at a fleet tell: how it is, and from the difference how much it does. Pure. */
import type { ActorTold, Look, WorkerTold } from './look.js'

export interface ActorRow {
  readonly agent: string
  readonly app: string
  readonly actor: string
  readonly id: string
  readonly state: string
  readonly pid: number | null
  /** Of one core; null where there was no look before, or another process. */
  readonly cpuPercent: number | null
  readonly memoryBytes: number | null
  readonly restarts: number
  /** Since it is active; null where it is not. */
  readonly uptimeS: number | null
  readonly groups: readonly { readonly name: string; readonly role: string; readonly leader: string | null }[]
}

export interface WorkerRow {
  readonly hub: string
  readonly worker: string
  readonly isThere: boolean
  readonly waiting: number
  /** Since the hub heard of it. */
  readonly heardS: number
  /** Commands that it answered a second; null where that is not known. */
  readonly rate: number | null
}

export interface Fleet {
  readonly actors: readonly ActorRow[]
  readonly workers: readonly WorkerRow[]
  /** Servers that do not tell. */
  readonly away: readonly { readonly url: string; readonly why: string }[]
}

/** @param before the looks of the time before, in any order @param nowMs since 1970 */
export function fleetOf(looks: readonly Look[], before: readonly Look[], nowMs: number): Fleet {
  const earlier = new Map(before.filter(({ why }) => why === '').map((look) => [look.url, look]))
  const there = looks.filter(({ why }) => why === '')
  return {
    actors: there.flatMap((look) => actorRows(look, earlier.get(look.url), nowMs)),
    workers: there.flatMap((look) => workerRows(look, earlier.get(look.url), nowMs)),
    away: looks.filter(({ why }) => why !== '').map(({ url, why }) => ({ url, why })),
  }
}

function actorRows(look: Look, before: Look | undefined, nowMs: number): ActorRow[] {
  const earlier = new Map(before?.actors.map((actor) => [actor.id, actor]))
  return look.actors.map((told) => {
    const { app, actor, id, state, pid, memoryBytes, starts, since } = told
    return {
      ...{ agent: look.url, app, actor, id, state, pid, memoryBytes },
      cpuPercent: cpuPercent(told, earlier.get(id), look.atMs - (before?.atMs ?? 0)),
      restarts: Math.max(0, starts - 1),
      // Clocks of two hosts differ.
      uptimeS: state === 'active' ? Math.max(0, nowMs - since) / 1000 : null,
      groups: (told.groups ?? []).map(({ name, role, leader }) => {
        return { name, role, leader: leader?.actor ?? null }
      }),
    }
  })
}

function cpuPercent(now: ActorTold, before: ActorTold | undefined, tookMs: number): number | null {
  if (!before || before.pid !== now.pid || now.cpuMs === null || before.cpuMs === null) return null
  const percent = ((now.cpuMs - before.cpuMs) / tookMs) * 100
  return Number.isFinite(percent) && percent >= 0 ? rounded(percent) : null
}

function workerRows(look: Look, before: Look | undefined, nowMs: number): WorkerRow[] {
  const earlier = new Map(before?.workers.map((worker) => [worker.name, worker]))
  return look.workers.map((told) => {
    const { name, there, waiting, seen } = told
    return {
      ...{ hub: look.url, worker: name, isThere: there, waiting },
      heardS: rounded(Math.max(0, nowMs - seen) / 1000),
      rate: rateOf(told, earlier.get(name), look.atMs - (before?.atMs ?? 0)),
    }
  })
}

/** A hub that was started anew counts from 0 again. */
function rateOf(now: WorkerTold, before: WorkerTold | undefined, tookMs: number): number | null {
  if (now.done === undefined || before?.done === undefined || now.done < before.done) return null
  const rate = ((now.done - before.done) / tookMs) * 1000
  return Number.isFinite(rate) ? rounded(rate) : null
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10
}
