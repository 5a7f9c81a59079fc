/** What the process of an actor uses of what it may: looked at again and again, and told of. */
import type { LimitKind } from '../../runtime/index.js'
import { type Allowance, type Judgement, judge, type Used } from './allowance.js'
import { type Cgroup, type Held, memoryKills } from './cgroups.js'
import { diskUse } from './disk-use.js'
import { agentLimits } from './limits.js'
import { type ProcessIdentity, usageOf } from './processes.js'
import { passedSince, type Traffic } from './traffic.js'

interface Sample {
  readonly atMs: number
  readonly cpuMs: number
  /** Undefined where the system does not tell. */
  readonly connections: ReadonlyMap<string, number> | undefined
}

const NONE: ReadonlyMap<string, number> = new Map()

/** Of one process, from its start on. */
export class Spending {
  readonly #allowed: Allowance
  readonly #paths: readonly string[]
  readonly #toldMs = new Map<LimitKind, number>()
  /** By the kernel; what is not, is measured here. */
  readonly held: Held
  readonly #cgroup: Cgroup | undefined
  #used: Used = {}
  #atMs = 0
  #diskAtMs = Number.NEGATIVE_INFINITY
  #last: Sample | undefined
  #isLooking = false

  /** @param paths files and folders that count as its disk */
  constructor(allowed: Allowance, paths: readonly string[], cgroup?: Cgroup) {
    this.#allowed = allowed
    this.#paths = paths
    this.held = cgroup?.held ?? new Set()
    this.#cgroup = cgroup
  }

  /** As it was at the last look; nothing of what is not known yet. */
  get used(): Used {
    return this.#used
  }

  /** When that was; 0 before the first look. */
  get atMs(): number {
    return this.#atMs
  }

  /** Why it was killed, where the kernel did so for its memory; undefined where it did not. */
  get killed(): string | undefined {
    if (!this.#cgroup || memoryKills(this.#cgroup) === 0) return undefined
    return `the kernel ended it, for it used more than ${this.#allowed.memory} bytes of memory`
  }

  /** Undefined where it has ended, or the last look has not. Never rejects. */
  async look(identity: ProcessIdentity, traffic: Traffic | undefined): Promise<Judgement | undefined> {
    const usage = usageOf(identity)
    if (!usage || this.#isLooking) return undefined
    this.#isLooking = true
    const nowMs = Date.now()
    const now = {
      atMs: nowMs,
      cpuMs: usage.cpuMs,
      connections: traffic && (traffic.get(identity.pid) ?? NONE),
    }
    const rates = ratesOf(this.#last, now)
    this.#last = now
    const disk = this.#allowed.disk === undefined ? undefined : await this.#disk(nowMs)
    this.#used = { memory: usage.memoryBytes, ...rates, ...(disk !== undefined && { disk }) }
    this.#atMs = nowMs
    this.#isLooking = false
    return judge(this.#allowed, this.#used, { held: this.held, toldMs: this.#toldMs, nowMs })
  }

  async #disk(nowMs: number): Promise<number | undefined> {
    if (nowMs - this.#diskAtMs < agentLimits.diskLookMs) return this.#used.disk
    this.#diskAtMs = nowMs
    const all = await Promise.all(this.#paths.map(diskUse))
    return all.reduce((sum, bytes) => sum + bytes, 0)
  }
}

/** What was used between two looks, for each second. */
function ratesOf(before: Sample | undefined, now: Sample): Used {
  if (!before || now.atMs <= before.atMs) return {}
  const tookMs = now.atMs - before.atMs
  const cpu = (now.cpuMs - before.cpuMs) / tookMs
  if (!before.connections || !now.connections) return { cpu }
  const bytes = passedSince(before.connections, now.connections)
  return { cpu, network: (bytes * 1000) / tookMs }
}
