/** A listener of a driver under test and whoever connects to it; everything is ended after the test. */
import assert from 'node:assert/strict'
import type { ConnectorParams, Driver, ListenHandler, Listening } from '../../communicator/index.js'
import { testingLimits } from '../limits.js'
import { ObservedPipe } from './observed-pipe.js'

/** The driver, and how to reach somebody with it. */
export interface DriverUnderTest {
  /** A new one; each test makes its own. */
  driver(): Driver
  /** Where a test listens; nobody else may. Port 0 does, where there are ports. */
  url(): string | Promise<string>
  /** What a connector is given besides its URL: `security` and the paths of certificates. */
  readonly params?: Readonly<Record<string, unknown>>
}

const URL_FORM = /^([^:]+):\/\/(\[[^\]]*\]|[^/:]*)(?::(\d+))?(\/.*)?$/

export class Rig {
  readonly driver: Driver
  readonly failures: Error[] = []
  readonly #underTest: DriverUnderTest
  readonly #pipes: ObservedPipe[] = []
  readonly #listenings: Listening[] = []
  /** Pipes that were accepted and that no test has taken yet. */
  readonly #accepted: ObservedPipe[] = []
  #wake: (() => void) | undefined
  /** Called with each pipe that is accepted, before it is opened. */
  onAccepted: ((pipe: ObservedPipe) => void) | undefined
  /** Of pipes that are accepted. */
  mostBytes: number | undefined

  constructor(underTest: DriverUnderTest) {
    this.#underTest = underTest
    this.driver = underTest.driver()
  }

  async listen(url?: string): Promise<Listening> {
    const handler: ListenHandler = {
      connected: (pipe) => this.#accept(new ObservedPipe(pipe)),
      failed: (error) => this.failures.push(error),
    }
    const listening = await this.driver.listen(this.paramsOf(url ?? (await this.#underTest.url())), handler)
    this.#listenings.push(listening)
    return listening
  }

  async connect(url: string, signal: AbortSignal = new AbortController().signal): Promise<ObservedPipe> {
    const pipe = new ObservedPipe(await this.driver.connect(this.paramsOf(url), signal))
    this.#pipes.push(pipe)
    return pipe.open()
  }

  /** Pipes at which something was received. */
  heard(): readonly ObservedPipe[] {
    return this.#pipes.filter(({ frames }) => frames.length > 0)
  }

  /** The pipe that was accepted first of those that nobody has asked for. */
  async accepted(): Promise<ObservedPipe> {
    const deadline = performance.now() + testingLimits.patienceMs
    for (;;) {
      const pipe = this.#accepted.shift()
      if (pipe) return pipe
      const left = deadline - performance.now()
      assert.ok(left > 0, 'it was waited in vain for somebody to connect')
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left)
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }

  /** Two ends of one connection, of a listener of its own unless one is named. */
  async pair(url?: string): Promise<readonly [active: ObservedPipe, passive: ObservedPipe]> {
    const at = url ?? (await this.listen()).url
    const active = await this.connect(at)
    return [active, await this.accepted()]
  }

  paramsOf(url: string): ConnectorParams {
    const [, scheme = '', host = '', port = '', path = ''] = URL_FORM.exec(url) ?? []
    const parts = { url, scheme, host: host.replace(/^\[|\]$/g, ''), port, path }
    return { security: 'clear', ...this.#underTest.params, ...parts }
  }

  /** Ends everything. @throws AssertionError where a pipe broke a rule. */
  async end(): Promise<void> {
    this.onAccepted = undefined
    const pipes = [...this.#pipes, ...this.#accepted]
    for (const { pipe } of pipes) pipe.destroy()
    await Promise.all(pipes.map((pipe) => pipe.ended()))
    await Promise.all(this.#listenings.map((each) => each.close()))
    for (const pipe of pipes) pipe.check()
    assert.deepEqual(this.failures, [], 'a listener failed')
  }

  #accept(pipe: ObservedPipe): void {
    this.#pipes.push(pipe)
    this.onAccepted?.(pipe)
    pipe.open(this.mostBytes)
    this.#accepted.push(pipe)
    this.#wake?.()
  }
}
