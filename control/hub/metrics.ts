/** The metrics of a hub: counted as commands go by, or looked up in the core when somebody asks. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { HubCore } from './core.js'
import type { Entry, EntryState } from './entry.js'
import { hubLimits } from './limits.js'

/** Seconds. An answer stands for a write to the disk; a command takes as long as its handler. */
const ACCEPT_BUCKETS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5]
const COMMAND_BUCKETS = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300]

/** What is looked at when somebody asks. */
export interface HubNow {
  readonly core: Pick<HubCore, 'workers' | 'queues'>
  readonly nowMs: number
  /** Requests that wait for something to come. */
  readonly waiting: number
}

export class HubMetrics {
  readonly registry = new Registry()
  /** What a write that failed has undone is counted, too. */
  readonly #counts: Record<EntryState | 'returned', number> = {
    ...{ queued: 0, leased: 0, taken: 0, returned: 0 },
    ...{ done: 0, expired: 0, failed: 0, cancelled: 0 },
  }
  readonly #of = { registers: [this.registry] }
  readonly #accept = new Histogram({
    ...{ ...this.#of, name: 'quorate_hub_accept_seconds', buckets: ACCEPT_BUCKETS },
    help: 'From a request that posts a command to the answer that it is kept',
  })
  readonly #command = new Histogram({
    ...{ ...this.#of, name: 'quorate_hub_command_seconds', buckets: COMMAND_BUCKETS },
    help: 'From a command that was posted to its last reply',
  })
  readonly #commands = new Counter({
    ...{ ...this.#of, name: 'quorate_hub_commands_total', labelNames: ['state'] },
    help: 'Commands that came to be in this state, each counted once for each of its targets',
  })
  readonly #depth = new Gauge({
    ...{ ...this.#of, name: 'quorate_hub_queue_depth', labelNames: ['worker'] },
    help: 'Commands that wait for a worker; worker="" for all that have no series of their own',
  })
  readonly #done = new Counter({
    ...{ ...this.#of, name: 'quorate_hub_worker_done_total', labelNames: ['worker'] },
    help: 'Commands that a worker has answered for good; worker="" as in quorate_hub_queue_depth',
  })
  readonly #workers = new Gauge({
    ...{ ...this.#of, name: 'quorate_hub_workers', labelNames: ['state'] },
    help: 'Workers that are registered: there, or silent where they were not heard of for a while',
  })
  readonly #waiting = new Gauge({
    ...{ ...this.#of, name: 'quorate_hub_waiting_requests' },
    help: 'Requests that wait for a command or a reply',
  })

  /** A command for a target is in another state. */
  changed({ state, leasedUntilMs, postedMs }: Entry): void {
    this.#counts[state === 'queued' && leasedUntilMs > 0 ? 'returned' : state]++
    if (state === 'done') this.#command.observe((Date.now() - postedMs) / 1000)
  }

  /** A request that posted one was answered. */
  accepted(tookMs: number): void {
    this.#accept.observe(tookMs / 1000)
  }

  look({ core, nowMs, waiting }: HubNow): void {
    this.#commands.reset()
    for (const [state, count] of Object.entries(this.#counts)) this.#commands.inc({ state }, count)
    this.#depth.reset()
    this.#done.reset()
    const told = new Set([...core.workers.keys()].slice(0, hubLimits.scrapedWorkers))
    const seriesOf = (name: string): { worker: string } => ({ worker: told.has(name) ? name : '' })
    this.#depth.set({ worker: '' }, 0)
    this.#done.inc({ worker: '' }, 0)
    for (const [target, { size }] of core.queues) this.#depth.inc(seriesOf(target), size)
    let there = 0
    for (const { name, done, seenMs } of core.workers.values()) {
      this.#done.inc(seriesOf(name), done)
      if (nowMs - seenMs <= hubLimits.silentMs) there++
    }
    this.#workers.set({ state: 'there' }, there)
    this.#workers.set({ state: 'silent' }, core.workers.size - there)
    this.#waiting.set(waiting)
  }
}
