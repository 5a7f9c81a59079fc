/**
 * Answers ZeroMQ's question for every connection to a socket of this process that has a ZAP domain: may it
 * in? A process has one handler, in a thread that nobody's code can block. Whoever is not known yet is kept
 * waiting for a moment: what vouches for it may be on its way.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { readAll } from '../reader.js'
import { errnoOf } from '../socket-calls.js'
import type { RouterSocket, Sockets } from '../sockets.js'
import { keyLimits } from './key-limits.js'
import { readZapRequest, ZAP_ADDRESS, type ZapRequest, zapAnswer } from './zap-frames.js'

/** What is decided of a key at a door. */
export type Verdict =
  | { readonly admitted: true }
  | { readonly admitted: false; readonly code: string; readonly text: string }

/** A connection that was not let in. */
export interface Refusal {
  readonly domain: string
  /** IP address that it came from. */
  readonly address: string
  /** The key that it proved to hold, if it did. */
  readonly key: Buffer | undefined
  readonly code: string
  readonly text: string
}

export interface ZapHandlerOptions {
  readonly sockets: Sockets
  /** Whether who holds this key may in at this domain. Never throws. */
  decide(domain: string, key: Buffer): Verdict
  refused(refusal: Refusal): void
}

/** The code of a verdict that may be another soon. */
export const UNKNOWN_KEY = 'unknown-key'

/** Milliseconds between two attempts to bind: a socket that was closed is gone a moment later. */
const BIND_AGAIN_MS = 5

const NOT_CURVE = { admitted: false, code: 'no-key' } as const

export class ZapHandler {
  readonly #options: ZapHandlerOptions
  readonly #router: RouterSocket
  /** Oldest first. */
  readonly #waiting = new Map<ZapRequest, NodeJS.Timeout>()

  constructor(options: ZapHandlerOptions) {
    this.#options = options
    this.#router = options.sockets.router()
  }

  /** Waits for one that is about to end. Rejects with EADDRINUSE where the process has a handler. */
  async open(): Promise<void> {
    await this.#bind(performance.now() + keyLimits.zapBindMs)
    void readAll(this.#router, [], (parts) => {
      const request = readZapRequest(parts)
      if (request) this.#asked(request)
      return 1
    })
  }

  async #bind(untilMs: number): Promise<void> {
    for (;;) {
      try {
        this.#options.sockets.bind(this.#router, ZAP_ADDRESS)
        return
      } catch (error) {
        if (errnoOf(error) !== 'EADDRINUSE' || performance.now() > untilMs) throw error
        await pause(BIND_AGAIN_MS)
      }
    }
  }

  /** Somebody is known since now: decides anew for those who wait. */
  again(): void {
    for (const request of [...this.#waiting.keys()]) {
      if (this.#decide(request).admitted) this.#answer(request, { admitted: true })
    }
  }

  /** Who waits is refused, and so is everybody from now on. */
  close(): void {
    for (const timer of this.#waiting.values()) clearTimeout(timer)
    this.#waiting.clear()
    this.#options.sockets.close(this.#router)
  }

  #asked(request: ZapRequest): void {
    const verdict = this.#decide(request)
    if (verdict.admitted || verdict.code !== UNKNOWN_KEY) {
      this.#answer(request, verdict)
      return
    }
    const [longest] = this.#waiting.keys()
    if (longest && this.#waiting.size >= keyLimits.waitingHandshakes) this.#giveUp(longest)
    const timer = setTimeout(() => this.#giveUp(request), keyLimits.handshakeWaitMs)
    this.#waiting.set(request, timer)
  }

  #giveUp(request: ZapRequest): void {
    this.#answer(request, this.#decide(request))
  }

  #decide({ domain, key, mechanism }: ZapRequest): Verdict {
    if (key) return this.#options.decide(domain, key)
    return { ...NOT_CURVE, text: `it came with the mechanism ${mechanism}, not with a key` }
  }

  #answer(request: ZapRequest, verdict: Verdict): void {
    clearTimeout(this.#waiting.get(request))
    this.#waiting.delete(request)
    // ZeroMQ gives up a connection whose answer does not come.
    this.#router.send(zapAnswer(request, verdict.admitted)).catch(() => undefined)
    if (verdict.admitted) return
    const { domain, address, key } = request
    this.#options.refused({ domain, address, key, code: verdict.code, text: verdict.text })
  }
}
