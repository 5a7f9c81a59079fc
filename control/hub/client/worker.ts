/** Carries out the commands that a hub has for it: each once, whatever happens to the hub meanwhile. */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { messageOf } from '../../../ports/index.js'
import { HubError } from '../errors.js'
import { hubLimits } from '../limits.js'
import { type HubAddress, HubConnection } from './connection.js'
import { Exposed, Failure } from './exposed.js'

/** What a worker is called, and what others may have it do. */
export interface HubWorkerOptions extends HubAddress {
  /** By which commands are addressed to it. */
  readonly name: string
  /**
   * By their ids. Their public methods are commands: arguments by name come as one object behind the
   * others.
   */
  readonly objects: Readonly<Record<string, object>>
  /** Commands that it carries out at a time. Default 1: one after another. */
  readonly atOnce?: number
  /** Milliseconds for which a command is its own, and then again while it is at it. Default 30,000. */
  readonly leaseMs?: number
  /** Told what the operator should know. Default: a warning of the process. */
  readonly warn?: (text: string) => void
}

const handed = z.object({
  id: z.string(),
  object: z.string(),
  method: z.string(),
  args: z.array(z.unknown()),
  kwargs: z.record(z.string(), z.unknown()),
  token: z.string(),
})
const takenSchema = z.object({ commands: z.array(handed) })
type Handed = z.infer<typeof handed>

interface Answer {
  readonly id: string
  readonly status: 'completed' | 'error'
  readonly data: unknown
}

/** Takes the commands for its name from a hub, and answers each once it has kept the answer. */
export class HubWorker {
  readonly #options: HubWorkerOptions
  readonly #hub: HubConnection
  readonly #exposed: Exposed
  readonly #leaseMs: number
  readonly #warn: (text: string) => void
  /** What it is at. One that comes again, since its lease ran out, is answered by the newest token. */
  readonly #running = new Map<string, { token: string }>()
  /** What came of commands, in case one comes again: it is answered, and not carried out. */
  readonly #answers = new Map<string, Answer>()
  readonly #busy = new Set<Promise<void>>()
  #ending = new AbortController()
  #loop: Promise<void> | undefined

  /** Takes commands when it is started. @throws HubError `hub-bad-option`. */
  constructor(options: HubWorkerOptions) {
    this.#options = options
    this.#hub = new HubConnection(options)
    this.#exposed = new Exposed(options.objects)
    this.#leaseMs = options.leaseMs ?? hubLimits.leaseMs
    this.#warn = options.warn ?? warned
  }

  /** Registers; resolves when the hub knows it, however long that is away. @throws HubError `hub-refused`. */
  async start(): Promise<void> {
    if (this.#loop) throw new HubError('hub-bad-option', 'a HubWorker is started once; make another')
    await this.#register()
    this.#loop = this.#work()
  }

  /** Takes no more; resolves when what it has begun is done and answered, or the hub is away. */
  async stop(): Promise<void> {
    this.#ending.abort()
    await this.#loop?.catch(() => undefined)
    await Promise.all(this.#busy)
    this.#hub.close()
  }

  async #register(): Promise<void> {
    const question = { do: 'register', of: this.#options.name, body: { objects: this.#exposed.methods } }
    await this.#hub.insist(question, { signal: this.#ending.signal })
  }

  async #work(): Promise<void> {
    const { signal } = this.#ending
    const { atOnce = 1 } = this.#options
    while (!signal.aborted) {
      if (this.#busy.size >= atOnce) {
        await Promise.race(this.#busy)
        continue
      }
      try {
        for (const command of await this.#take(atOnce - this.#busy.size)) {
          const running = this.#running.get(command.id)
          if (running) {
            running.token = command.token
            continue
          }
          const done = this.#carryOut(command).finally(() => this.#busy.delete(done))
          this.#busy.add(done)
        }
      } catch (error) {
        if (!signal.aborted) this.#warn(`${this.#options.name} takes no more commands: ${messageOf(error)}`)
        return
      }
    }
  }

  async #take(most: number): Promise<readonly Handed[]> {
    const waitMs = hubLimits.workerWaitMs
    const body = { most, leaseMs: this.#leaseMs, waitMs }
    const asking = { signal: this.#ending.signal, withinMs: waitMs + hubLimits.askMs }
    const question = { do: 'take', of: this.#options.name, body }
    const read = takenSchema.safeParse(await this.#hub.insist(question, asking))
    if (read.success) return read.data.commands
    throw new HubError('hub-bad-request', `the hub gives what is no command: ${read.error.message}`)
  }

  /** Never rejects. */
  async #carryOut(command: Handed): Promise<void> {
    const { id, token } = command
    const holding = { token }
    this.#running.set(id, holding)
    const extending = setInterval(() => this.#extend(id, holding.token), this.#leaseMs / 3)
    try {
      const answer = this.#answers.get(id) ?? (await this.#run(command))
      this.#answers.set(id, answer)
      for (const oldest of this.#answers.keys()) {
        if (this.#answers.size <= hubLimits.rememberedAnswers) break
        this.#answers.delete(oldest)
      }
      await this.#tell(id, holding, answer)
    } finally {
      clearInterval(extending)
      this.#running.delete(id)
    }
  }

  async #run({ object, method, args, kwargs }: Handed): Promise<Answer> {
    const id = randomUUID()
    try {
      const data = (await this.#exposed.call(object, method, args, kwargs)) ?? null
      return { id, status: 'completed', data: JSON.parse(JSON.stringify(data) ?? 'null') }
    } catch (error) {
      const kind = error instanceof Failure ? error.kind : error instanceof Error ? error.name : 'Error'
      return { id, status: 'error', data: `${kind}!!${messageOf(error)}` }
    }
  }

  /** Until the hub has kept it, or wants it no more. */
  async #tell(id: string, holding: { readonly token: string }, answer: Answer): Promise<void> {
    const { name: worker } = this.#options
    const signal = AbortSignal.timeout(hubLimits.answerMs)
    for (;;) {
      const { token } = holding
      try {
        await this.#hub.insist({ do: 'reply', of: id, body: { ...answer, worker, token } }, { signal })
        return
      } catch (error) {
        // Meanwhile it may have come again.
        if (holding.token !== token) continue
        // It comes again, unless it was taken back.
        if (error instanceof HubError && error.code === 'hub-lease-lost') return
        this.#warn(`the hub did not take the answer of ${worker} to ${id}: ${messageOf(error)}`)
        return
      }
    }
  }

  #extend(id: string, token: string): void {
    const body = { worker: this.#options.name, token, leaseMs: this.#leaseMs }
    const signal = AbortSignal.timeout(this.#leaseMs)
    // Where it is lost, the answer says so.
    this.#hub.ask({ do: 'extend', of: id, body }, { signal }).catch(() => undefined)
  }
}

function warned(text: string): void {
  process.emitWarning(text, { code: 'QUORATE_HUB' })
}
