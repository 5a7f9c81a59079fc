/**
 * Asks the hub that the page came from over one WebSocket, which is opened again where it broke. What was
 * asked meanwhile fails, and whoever asked decides whether to ask again.
 */
import { pageLimits } from '../limits.js'

/** `refused`: it wants a token. */
export type Presence = 'joining' | 'here' | 'away' | 'refused'

export interface Question {
  readonly do: string
  readonly of?: string
  readonly body?: unknown
  readonly after?: string | number
  readonly waitMs?: number
}

/** What the hub answers where it does not do it; `hub-unreachable` where it is not there. */
export class Refusal extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

interface Pending {
  readonly answered: (answer: unknown) => void
  readonly failed: (error: Refusal) => void
}

/** Whether the hub lets us in, and whether it wants a token at all. */
interface Admission {
  readonly admitted: boolean
  readonly open: boolean
}

interface Frame {
  readonly n?: number
  readonly ok?: unknown
  readonly error?: { readonly code?: string; readonly message?: string }
}

export class HubSocket {
  /** Told of each change. */
  onPresence: (presence: Presence) => void = () => undefined
  onAdmission: (admission: Admission) => void = () => undefined
  readonly #pending = new Map<number, Pending>()
  #socket: WebSocket | undefined
  #presence: Presence = 'joining'
  #asked = 0
  #failures = 0
  #timer = 0

  get presence(): Presence {
    return this.#presence
  }

  /** Opens it, once the hub says that it would let us in; then goes on for ever. */
  async open(): Promise<void> {
    clearTimeout(this.#timer)
    const admission = await admissionAsked()
    if (!admission) return this.#retry()
    this.onAdmission(admission)
    if (!admission.admitted) return this.#be('refused')
    const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/v1/socket`)
    this.#socket = socket
    socket.addEventListener('open', () => {
      this.#failures = 0
      this.#be('here')
    })
    socket.addEventListener('message', ({ data }) => this.#heard(String(data)))
    socket.addEventListener('close', () => {
      this.#socket = undefined
      for (const { failed } of this.#pending.values()) failed(unreachable())
      this.#pending.clear()
      this.#retry()
    })
  }

  /** @throws Refusal. */
  ask<T>(question: Question): Promise<T> {
    const socket = this.#socket
    if (socket?.readyState !== WebSocket.OPEN) return Promise.reject(unreachable())
    const n = ++this.#asked
    return new Promise((answered, failed) => {
      // The hub checked what it is told by others; its own answers are as it says.
      this.#pending.set(n, { answered: (answer) => answered(answer as T), failed })
      socket.send(JSON.stringify({ n, ...question }))
    })
  }

  /** Ends it, until it is opened. */
  close(): void {
    this.#be('refused')
    this.#socket?.close()
  }

  #heard(text: string): void {
    const { n = 0, ok, error }: Frame = JSON.parse(text)
    const pending = this.#pending.get(n)
    this.#pending.delete(n)
    if (error) pending?.failed(new Refusal(error.code ?? 'hub-fault', error.message ?? 'the hub failed'))
    else pending?.answered(ok)
  }

  #retry(): void {
    if (this.#presence === 'refused') return
    this.#be('away')
    const waitMs = Math.min(pageLimits.retryMs * 2 ** this.#failures++, pageLimits.retryMaxMs)
    this.#timer = window.setTimeout(() => void this.open(), waitMs * (0.5 + Math.random() / 2))
  }

  #be(presence: Presence): void {
    if (this.#presence === presence) return
    this.#presence = presence
    this.onPresence(presence)
  }
}

async function admissionAsked(): Promise<Admission | undefined> {
  try {
    const answer = await fetch('/v1/session')
    if (!answer.ok) return undefined
    const admission: Admission = await answer.json()
    return admission
  } catch {
    return undefined
  }
}

function unreachable(): Refusal {
  return new Refusal('hub-unreachable', 'The hub is away. The page comes back by itself when it does.')
}
