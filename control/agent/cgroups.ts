/**
 * Where the kernel holds actors to their limits: control groups (version 2), one for each actor, beside that
 * of the agent. An agent that is in a group named `quorate-agent` may make them there: whoever put it into
 * one (systemd: `Delegate=`, `DelegateSubgroup=quorate-agent`) has handed the group above it over.
 *
 *     …/quorate-agent.service           handed over: no process of its own
 *     ├─ quorate-agent                  the agent
 *     └─ actor-<digest>                 memory.max, memory.oom.group, cpu.max
 */
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Allowance } from './allowance.js'

const OWN = '/quorate-agent'
/** Microseconds that the kernel gives out processor time in. */
const PERIOD_US = 100_000

/** Of what the kernel holds an actor to its limit. */
export type Held = ReadonlySet<'cpu' | 'memory'>

/** The group of one actor. */
export interface Cgroup {
  readonly folder: string
  readonly held: Held
}

export class Cgroups {
  readonly #folder: string
  readonly #controllers: Held

  /** @param folder of a group that was handed over */
  constructor(folder: string) {
    this.#folder = folder
    const there = (read(join(folder, 'cgroup.controllers')) ?? '').split(/\s+/)
    const enabled = (['cpu', 'memory'] as const).filter((name) => {
      return there.includes(name) && write(join(folder, 'cgroup.subtree_control'), `+${name}`)
    })
    this.#controllers = new Set(enabled)
  }

  /** Those that this process may make; undefined where it may not. */
  static ofThisProcess(): Cgroups | undefined {
    const [, path] = /^0::(.*)$/m.exec(read('/proc/self/cgroup') ?? '') ?? []
    const [, mount] = /^(?:\S+ ){4}(\S+) .* - cgroup2 /m.exec(read('/proc/self/mountinfo') ?? '') ?? []
    if (mount === undefined || !path?.endsWith(OWN)) return undefined
    const folder = dirname(join(mount, path))
    return existsSync(join(folder, 'cgroup.procs')) ? new Cgroups(folder) : undefined
  }

  /** A group for an actor with these limits; undefined where the kernel would hold it to none of them. */
  open(name: string, allowed: Allowance): Cgroup | undefined {
    const folder = this.#place(name)
    try {
      mkdirSync(folder, { recursive: true })
    } catch {
      return undefined
    }
    const { cpu, memory } = allowed
    const held = new Set<'cpu' | 'memory'>()
    if (cpu !== undefined && this.#controllers.has('cpu')) {
      if (write(join(folder, 'cpu.max'), `${Math.round(cpu * PERIOD_US)} ${PERIOD_US}`)) held.add('cpu')
    }
    if (memory !== undefined && this.#controllers.has('memory')) {
      // Swapped out it would be slow instead of over.
      write(join(folder, 'memory.swap.max'), '0')
      write(join(folder, 'memory.oom.group'), '1')
      if (write(join(folder, 'memory.max'), String(memory))) held.add('memory')
    }
    if (held.size > 0) return { folder, held }
    this.remove(name)
    return undefined
  }

  /** That of a process which an agent before this one has started. */
  of(name: string, pid: number, allowed: Allowance): Cgroup | undefined {
    const isIn = (read(`/proc/${pid}/cgroup`) ?? '').includes(`/${groupOf(name)}\n`)
    return isIn ? this.open(name, allowed) : undefined
  }

  /** Whose processes have ended. */
  remove(name: string): void {
    try {
      rmdirSync(this.#place(name))
    } catch {
      // It was none, or what the actor has started is still in it.
    }
  }

  #place(name: string): string {
    return join(this.#folder, groupOf(name))
  }
}

/** How often the kernel has ended processes of a group for their memory. */
export function memoryKills({ folder }: Cgroup): number {
  return Number(/^oom_kill (\d+)$/m.exec(read(join(folder, 'memory.events')) ?? '')?.[1] ?? 0)
}

function groupOf(name: string): string {
  return `actor-${name}`
}

function write(path: string, text: string): boolean {
  try {
    writeFileSync(path, text)
    return true
  } catch {
    return false
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
