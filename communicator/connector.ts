/**
 * One way to peers: dials again and again, or listens, until it is stopped. Waits 1, 2, 4, 8, 10, 10 …
 * seconds between attempts, and begins with the first again after a connection that lasted.
 */
import { setTimeout as after } from 'node:timers/promises'
import { messageOf } from '../ports/index.js'
import type { ConnectorParams, Driver, Listening, Mode, Pipe } from './driver.js'
import { CommError } from './errors.js'
import { commLimits } from './limits.js'
import type { Link } from './link.js'
import { explained } from './security/tls-failure.js'

export interface ConnectorEvents {
  /** A connection stands: it becomes a link, which is begun here, and ends by `linkEnded()`. */
  connected(pipe: Pipe, connector: Connector): Link
  failed(connector: Connector, error: Error): void
}

let made = 0

export class Connector {
  readonly handle = `CH${String(++made).padStart(5, '0')}`
  readonly driver: Driver
  readonly mode: Mode
  readonly params: ConnectorParams
  readonly #events: ConnectorEvents
  readonly #links = new Set<Link>()
  readonly #stopping = new AbortController()
  #listening: Listening | undefined
  #running: Promise<void> | undefined
  /** Ends the wait for the end of the one connection of who dials. */
  #over: () => void = () => undefined
  #waitMs: number = commLimits.retryMs

  constructor(driver: Driver, mode: Mode, params: ConnectorParams, events: ConnectorEvents) {
    this.driver = driver
    this.mode = mode
    this.params = params
    this.#events = events
  }

  /** The URL at which it is reached: that of what it listens at, once it does. */
  get url(): string {
    return this.#listening?.url ?? this.params.url
  }

  /**
   * Listens when it resolves, or dials from then on. @throws CommError `BAD_CONFIG` where it cannot listen.
   */
  async start(): Promise<void> {
    if (this.mode === 'active') {
      this.#running ??= this.#dialOn()
      return
    }
    this.#running ??= this.#listen()
    await this.#running.catch((error: unknown) => {
      throw cannotListen(this.params.url, error)
    })
  }

  /** Its connections end as given, and it makes no more; resolves when its address is free. */
  async stop(end: (link: Link) => void): Promise<void> {
    this.#stopping.abort()
    for (const link of [...this.#links]) end(link)
    this.#over()
    // One that was about to listen does so first.
    await this.#running?.catch(() => undefined)
    await this.#listening?.close()
  }

  linkEnded(link: Link): void {
    this.#links.delete(link)
    if (this.mode === 'active') this.#over()
  }

  async #dialOn(): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      const begunMs = performance.now()
      try {
        await this.#dial(signal)
      } catch (error) {
        if (!signal.aborted) this.#failed(explained(error, this.params))
      }
      if (performance.now() - begunMs > commLimits.healthyMs) this.#waitMs = commLimits.retryMs
      await this.#pause()
    }
  }

  /** Resolves when the connection has ended. */
  async #dial(stopped: AbortSignal): Promise<void> {
    const late = new AbortController()
    const giveUp = (): void =>
      late.abort(new CommError('TIMEOUT', `${this.params.url} did not answer in time`))
    const timer = setTimeout(giveUp, commLimits.connectMs)
    stopped.addEventListener('abort', giveUp)
    try {
      const pipe = await this.driver.connect(this.params, late.signal)
      clearTimeout(timer)
      if (stopped.aborted) return pipe.destroy()
      await new Promise<void>((resolve) => {
        this.#over = resolve
        this.#begin(pipe)
      })
    } finally {
      clearTimeout(timer)
      stopped.removeEventListener('abort', giveUp)
    }
  }

  async #listen(): Promise<void> {
    const listening = await this.driver.listen(this.params, {
      connected: (pipe) => this.#accept(pipe),
      failed: (error) => {
        this.#running = this.#listenAgain(error)
      },
    })
    this.#listening = listening
    if (this.#stopping.signal.aborted) await listening.close()
  }

  /** Never rejects. */
  async #listenAgain(error: Error): Promise<void> {
    const { signal } = this.#stopping
    let why: unknown = error
    while (!signal.aborted) {
      this.#failed(why)
      await this.#pause()
      try {
        if (!signal.aborted) await this.#listen()
        return
      } catch (again) {
        why = again
      }
    }
  }

  #accept(pipe: Pipe): void {
    if (this.#stopping.signal.aborted || this.#links.size >= commLimits.connections) {
      pipe.destroy()
      return
    }
    const strangers = [...strangersIn(this.#links)]
    if (strangers.length >= commLimits.strangers) {
      strangers[0]?.end(new CommError('CLOSED', 'others came before it said who it is'))
    }
    this.#begin(pipe)
  }

  #begin(pipe: Pipe): void {
    const link = this.#events.connected(pipe, this)
    this.#links.add(link)
    link.begin()
  }

  #failed(error: unknown): void {
    this.#events.failed(this, error instanceof Error ? error : new Error(messageOf(error)))
  }

  async #pause(): Promise<void> {
    const { retryJitter, retryMaxMs } = commLimits
    const waitMs = this.#waitMs * (1 - retryJitter * Math.random())
    this.#waitMs = Math.min(this.#waitMs * 2, retryMaxMs)
    await after(waitMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined)
  }
}

function* strangersIn(links: Iterable<Link>): Generator<Link> {
  for (const link of links) if (!link.isIntroduced) yield link
}

function cannotListen(url: string, error: unknown): CommError {
  if (error instanceof CommError) return error
  const text = `cannot listen at ${url}: ${messageOf(error)}; free the address, or give another`
  return new CommError('BAD_CONFIG', text, { cause: error })
}
