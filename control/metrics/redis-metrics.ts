/**
 * Metrics of one actor in a Redis: the whole document at one key, and `update` on the channel of that name
 * after each change, both at once. Whoever reports never waits: what comes while one document is on its way
 * is written after it, the last alone. Where Redis is away, it is written once it is back.
 */
import type { Redis } from 'ioredis'
import { messageOf } from '../../ports/index.js'
import type { MetricsSink } from '../../runtime/index.js'
import type { RedisAddress } from './address.js'
import { metricsLimits } from './limits.js'

const UPDATE = 'update'

export class RedisMetrics implements MetricsSink {
  readonly #address: RedisAddress
  readonly #key: string
  readonly #warn: (text: string) => void
  #client: Redis | undefined
  #latest = ''
  #written = ''
  #writing: Promise<void> | undefined
  #isAway = false

  /** Connects with the first report. @param warn told once, each time that Redis is away. */
  constructor(address: RedisAddress, key: string, warn: (text: string) => void) {
    this.#address = address
    this.#key = key
    this.#warn = warn
  }

  write(document: string): void {
    this.#latest = document
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined
    })
  }

  /** Resolves when the last document is written, or a moment later. Nothing is written from then on. */
  async close(): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, metricsLimits.lingerMs)
    })
    await Promise.race([this.#writing, late])
    clearTimeout(timer)
    this.#client?.disconnect()
  }

  async #writeAll(): Promise<void> {
    const client = await this.#connected()
    while (this.#latest !== this.#written) {
      const document = this.#latest
      try {
        const answers = await client.multi().set(this.#key, document).publish(this.#key, UPDATE).exec()
        const failure = answers?.find(([error]) => error)?.[0]
        if (failure) throw failure
        this.#written = document
        this.#isAway = false
      } catch (error) {
        this.#tellAway(error)
        await new Promise((resolve) => setTimeout(resolve, metricsLimits.retryMs))
      }
    }
  }

  async #connected(): Promise<Redis> {
    if (this.#client) return this.#client
    const { Redis } = await import('ioredis')
    const { retryMs, retryMaxMs } = metricsLimits
    const client = new Redis({
      ...this.#address,
      retryStrategy: (times) => Math.min(retryMaxMs, retryMs * 2 ** Math.min(times, 10)),
      // What was asked waits for Redis to come back.
      maxRetriesPerRequest: null,
    })
    client.on('error', (error) => this.#tellAway(error))
    this.#client = client
    return client
  }

  #tellAway(error: unknown): void {
    if (this.#isAway) return
    this.#isAway = true
    const { host, port } = this.#address
    this.#warn(`metrics wait for the Redis at ${host}:${port}: ${messageOf(error)}`)
  }
}
