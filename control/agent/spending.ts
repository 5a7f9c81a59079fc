/** What the process of an actor uses of what it may: looked at again and again, and told of. */
import type { LimitKind } from '../../runtime/index.js'
import { type Allowance, type Judgement, judge } from './allowance.js'
import { type Cgroup, type Held, memoryKills } from './cgroups.js'
import { diskUse } from './disk-use.js'
import { agentLimits } from './limits.js'
import { type ProcessIdentity, usageOf } from './processes.js'
import { passedSince, type Traffic } from './traffic.js'

/** What was used by then; or, of what is used up again and again, counted since the start. */
interface Sample {
  readonly atMs: number
  readonly amount: number
}

const MS_PER_S = 1000

/** Of one process, from its start on. */
export class Spending {
  readonly #allowed: Allowance
  readonly #paths: readonly string[]
  readonly #toldMs = new Map<LimitKind, number>()
  /** By the kernel; what is not, is measured here. */
  readonly held: Held
  readonly #cgroup: Cgroup | undefined
  readonly #used = new Map<LimitKind, Sample>()
  #cpuMs: Sample | undefined
  #connections: { readonly atMs: number; readonly bytes: ReadonlyMap<string, number> } | undefined
  #isLooking = false

  /** @param paths files and folders that count as its disk */
  constructor(allowed: Allowance, paths: readonly string[], cgroup?: Cgroup) {
    this.#allowed = allowed
    this.#paths = paths
    this.held = cgroup?.held ?? new Set()
    this.#cgroup = cgroup
  }

  /** As it was when it was looked at last, and when that was; nothing of what is not known yet. */
  get used(): ReadonlyMap<LimitKind, Sample> {
    return this.#used
  }

  /** Why it was killed, where the kernel did so for its memory; undefined where it did not. */
  get killed(): string | undefined {
    if (!this.#cgroup || memoryKills(this.#cgroup) === 0) return undefined
    return `the kernel ended it, for it used more than ${this.#allowed.memory} bytes of memory`
  }

  /**
   * Undefined where it has ended, or the last look has not. Never rejects.
   * @param traffic undefined where it is not looked at now, or the system does not tell
   */
  async look(identity: ProcessIdentity, traffic: Traffic | undefined): Promise<Judgement | undefined> {
    const usage = usageOf(identity)
    if (!usage || this.#isLooking) return undefined
    this.#isLooking = true
    const atMs = Date.now()
    this.#used.set('memory', { atMs, amount: usage.memoryBytes })
    this.#lookAtProcessor({ atMs, amount: usage.cpuMs })
    if (traffic) this.#lookAtNetwork(atMs, traffic.get(identity.pid) ?? new Map())
    await this.#lookAtDisk(atMs)
    this.#isLooking = false
    const used = Object.fromEntries([...this.#used].map(([kind, { amount }]) => [kind, amount]))
    return judge(this.#allowed, used, { held: this.held, toldMs: this.#toldMs, nowMs: atMs })
  }

  #lookAtProcessor(now: Sample): void {
    const before = this.#cpuMs
    this.#cpuMs = now
    if (!before || now.atMs <= before.atMs) return
    const amount = (now.amount - before.amount) / (now.atMs - before.atMs)
    this.#used.set('cpu', { atMs: now.atMs, amount })
  }

  #lookAtNetwork(atMs: number, bytes: ReadonlyMap<string, number>): void {
    const before = this.#connections
    this.#connections = { atMs, bytes }
    if (!before || atMs <= before.atMs) return
    const amount = (passedSince(before.bytes, bytes) * MS_PER_S) / (atMs - before.atMs)
    this.#used.set('network', { atMs, amount })
  }

  async #lookAtDisk(atMs: number): Promise<void> {
    const last = this.#used.get('disk')
    if (this.#allowed.disk === undefined || (last && atMs - last.atMs < agentLimits.diskLookMs)) return
    const all = await Promise.all(this.#paths.map(diskUse))
    this.#used.set('disk', { atMs, amount: all.reduce((sum, bytes) => sum + bytes, 0) })
  }
}
