/**
 * What an inverter has to feed: a real reading of this machine stands for it. Several inverters on one
 * machine read different things: one of its CPUs each, then how many processes want to run, then its memory,
 * and then the same again.
 */
import { cpus, freemem, loadavg, totalmem } from 'node:os'

/** The most that it asks for, as a share of what can be fed: more processes than that may want to run. */
const OVERLOAD = 1.2

interface CpuTimes {
  readonly busy: number
  readonly all: number
}

export class HostLoad {
  /** What is read, for people. */
  readonly source: string
  readonly #cpu: number | undefined
  #last: CpuTimes = { busy: 0, all: 0 }
  #share = 0

  /** @param instance which of the inverters reads: any whole number. */
  constructor(instance: number) {
    const count = Math.max(1, cpus().length)
    const turn = Math.abs(instance) % (count + 2)
    this.#cpu = turn < count ? turn : undefined
    this.source = turn < count ? `CPU ${turn}` : turn === count ? 'load average' : 'memory'
  }

  /** 0 for nothing, 1 for all there is, or somewhat more. The first of a CPU is since the machine started. */
  read(): number {
    if (this.#cpu !== undefined) return this.#readCpu(this.#cpu)
    if (this.source === 'memory') return 1 - freemem() / totalmem()
    return Math.min((loadavg()[0] ?? 0) / Math.max(1, cpus().length), OVERLOAD)
  }

  /** Its busy share since the last reading. */
  #readCpu(cpu: number): number {
    const times = cpus()[cpu]?.times
    if (!times) return this.#share
    const { user, nice, sys, idle, irq } = times
    const busy = user + nice + sys + irq
    const now = { busy, all: busy + idle }
    // The system counts in steps: two readings may be of the same one.
    if (now.all > this.#last.all) this.#share = (now.busy - this.#last.busy) / (now.all - this.#last.all)
    this.#last = now
    return this.#share
  }
}
