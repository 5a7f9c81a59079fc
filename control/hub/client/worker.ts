/** Carries out the commands that a hub has for it: each once, whatever happens to the hub meanwhile. */
import { randomUUID } from 'node:crypto'
import { setTimeout as after } from 'node:timers/promises'
import { z } from 'zod'
import { messageOf } from '../../../ports/index.js'
import { spanned } from '../../tracing/spans.js'
import { HubError } from '../errors.js'
import { hubLimits } from '../limits.js'
import { type HubAddress, HubConnection, type Question } from './connection.js'
import { Exposed, type Exposing, Failure, methodText } from './exposed.js'

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

/** What a worker is made of, where it is not of its own. */
export interface HubWorkerPlace {
  /** What others may have it do, instead of the methods of its objects. */
  readonly exposed?: Exposing
  /** Its connection, which ends with it. Default: one of its own. */
  readonly hub?: HubConnection
  /** Told that it takes commands again. Default: nobody is. */
  readonly tell?: (text: string) => void
}

const handed = z.object({
  id: z.string(),
  object: z.string(),
  method: z.string(),
  args: z.array(z.unknown()),
  kwargs: z.record(z.string(), z.unknown()),
  token: z.string(),
  traceparent: z.string().optional(),
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
  readonly #exposed: Exposing
  readonly #leaseMs: number
  readonly #warn: (text: string) => void
  readonly #told: HubWorkerPlace['tell']
  /** What it is at. One that comes again, since its lease ran out, is answered by the newest token. */
  readonly #running = new Map<string, { token: string }>()
  /** What came of commands, in case one comes again: it is answered, and not carried out. */
  readonly #answers = new Map<string, Answer>()
  readonly #busy = new Set<Promise<void>>()
  readonly #ending = new AbortController()
  /** Aborted when a worker that ends waits no longer for a hub that is away. */
  readonly #leaving = new AbortController()
  #loop: Promise<void> | undefined
  #beats: NodeJS.Timeout | undefined
  #beat: Promise<void> = Promise.resolve()
  /** The code of why it takes no commands at present, which is told once. */
  #trouble = ''

  /** Takes commands when it is started. @throws HubError `hub-bad-option`. */
  constructor(options: HubWorkerOptions, place: HubWorkerPlace = {}) {
    this.#options = options
    this.#hub = place.hub ?? new HubConnection(options)
    this.#exposed = place.exposed ?? new Exposed(options.objects)
    this.#told = place.tell
    this.#leaseMs = options.leaseMs ?? hubLimits.leaseMs
    this.#warn = options.warn ?? warned
  }

  /**
   * Registers; resolves when the hub knows it, however long that is away. Then it goes on by itself until it
   * is stopped, also where the hub is away, or has forgotten it. @throws HubError `hub-refused`: it may be
   * started again.
   */
  async start(): Promise<void> {
    if (this.#loop) throw new HubError('hub-bad-option', 'a HubWorker is started once; make another')
    const { signal } = this.#ending
    await this.#hub.insist(this.#registration, { signal, failed: (error) => this.#hindered(error) })
    this.#trouble = ''
    this.#beats = setInterval(() => {
      this.#beat = ignored(this.#registerAgain())
    }, hubLimits.presenceMs)
    this.#loop = this.#work()
  }

  /**
   * Takes no more, and is registered no more; resolves when what it has begun is done and answered. A hub
   * that is away is waited for a second at most.
   */
  async stop(): Promise<void> {
    this.#ending.abort()
    clearInterval(this.#beats)
    setTimeout(() => this.#leaving.abort(), hubLimits.leaveMs).unref()
    if (this.#loop) {
      const forgotten = this.#forget()
      await this.#loop
      await Promise.all([forgotten, ...this.#busy])
    }
    this.#hub.close()
  }

  get #registration(): Question {
    return { do: 'register', of: this.#options.name, body: { objects: this.#exposed.objects } }
  }

  async #registerAgain(): Promise<void> {
    const signal = AbortSignal.timeout(hubLimits.presenceMs)
    await this.#hub.ask(this.#registration, { signal })
    this.#mended()
  }

  /** The hub no longer lists it. */
  async #forget(): Promise<void> {
    await this.#beat
    const signal = AbortSignal.timeout(hubLimits.leaveMs)
    await ignored(this.#hub.ask({ do: 'unregister', of: this.#options.name }, { signal }))
  }

  #hindered(error: unknown): void {
    const trouble = error instanceof HubError ? error.code : messageOf(error)
    if (trouble === this.#trouble || this.#ending.signal.aborted) return
    this.#trouble = trouble
    this.#warn(`${this.#options.name} takes no commands for now: ${messageOf(error)}`)
  }

  #mended(): void {
    if (this.#trouble === '') return
    this.#trouble = ''
    this.#told?.(`${this.#options.name} takes commands again`)
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
        const commands = await this.#take(atOnce - this.#busy.size)
        this.#mended()
        for (const command of commands) {
          const running = this.#running.get(command.id)
          if (running) {
            running.token = command.token
            continue
          }
          const done = this.#carryOut(command).finally(() => this.#busy.delete(done))
          this.#busy.add(done)
        }
      } catch (error) {
        // What asking again soon does not help may be mended all the same.
        this.#hindered(error)
        await ignored(after(hubLimits.refusedMs, undefined, { signal }))
      }
    }
  }

  async #take(most: number): Promise<readonly Handed[]> {
    const waitMs = hubLimits.workerWaitMs
    const body = { most, leaseMs: this.#leaseMs, waitMs }
    const asking = {
      ...{ signal: this.#ending.signal, withinMs: waitMs + hubLimits.askMs },
      failed: (error: HubError) => this.#hindered(error),
    }
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

  async #run({ id: command, object, method, args, kwargs, traceparent }: Handed): Promise<Answer> {
    const id = randomUUID()
    const attributes = { 'quorate.worker': this.#options.name, 'quorate.command.id': command }
    const name = `quorate handle ${methodText(object, method)}`
    try {
      const data = await spanned({ name, kind: 'server', parent: traceparent, attributes }, async () => {
        return (await this.#exposed.call(object, method, args, kwargs)) ?? null
      })
      return { id, status: 'completed', data: JSON.parse(JSON.stringify(data) ?? 'null') }
    } catch (error) {
      const kind = error instanceof Failure ? error.kind : error instanceof Error ? error.name : 'Error'
      return { id, status: 'error', data: `${kind}!!${messageOf(error)}` }
    }
  }

  /** Until the hub has kept it, or wants it no more. */
  async #tell(id: string, holding: { readonly token: string }, answer: Answer): Promise<void> {
    const { name: worker } = this.#options
    const { signal: leaving } = this.#leaving
    const signal = this.#ending.signal.aborted
      ? AbortSignal.timeout(hubLimits.leaveMs)
      : AbortSignal.any([AbortSignal.timeout(hubLimits.answerMs), leaving])
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
    void ignored(this.#hub.ask({ do: 'extend', of: id, body }, { signal }))
  }
}

async function ignored(asked: Promise<unknown>): Promise<void> {
  await asked.catch(() => undefined)
}

function warned(text: string): void {
  process.emitWarning(text, { code: 'QUORATE_HUB' })
}
