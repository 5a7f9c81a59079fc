/** Has workers do something by way of a hub. */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { HubError } from '../errors.js'
import { hubLimits } from '../limits.js'
import { type HubAddress, HubConnection } from './connection.js'

/** Who commands. */
export interface HubUserOptions extends HubAddress {
  /** By which workers know who asked. Default `user`. */
  readonly name?: string
}

/** What is to be done, and by whom. */
export interface HubCommand {
  /** The worker, or several. */
  readonly to: string | readonly string[]
  /** The object of the worker; '' for the worker itself. */
  readonly object?: string
  /** Of the object. */
  readonly method: string
  /** In their order. */
  readonly args?: readonly unknown[]
  /** Arguments by name. */
  readonly kwargs?: Readonly<Record<string, unknown>>
  /** Before those without. */
  readonly priority?: boolean
  /** Before those with a greater one, and before all without. */
  readonly rank?: number
  /** Of all commands: the same again does nothing again. Default a new one. */
  readonly id?: string
  /** Milliseconds from now until it ends, answered or not. Default 60,000. */
  readonly timeoutMs?: number
}

const replySchema = z.object({ id: z.string(), worker: z.string(), status: z.string(), data: z.unknown() })

/** What a worker answered. */
export type HubReply = z.infer<typeof replySchema>

const repliesSchema = z.object({ replies: z.array(replySchema), count: z.number(), ended: z.boolean() })
const postedSchema = z.object({ id: z.string() })
const workersSchema = z.object({
  workers: z.array(
    z.object({ name: z.string(), objects: z.unknown(), there: z.boolean(), waiting: z.number() }),
  ),
})

/** A worker that a hub knows. */
export type KnownWorker = z.infer<typeof workersSchema>['workers'][number]

/** The remote object's methods, each of which gives a promise. */
export type Remote<T> = {
  readonly [K in keyof T as T[K] extends (...args: never[]) => unknown ? K : never]: T[K] extends (
    ...args: infer A
  ) => infer R
    ? (...args: A) => Promise<Awaited<R>>
    : never
}

/** Has workers carry out commands; the hub need not be there at every moment. */
export class HubUser {
  readonly #hub: HubConnection
  readonly #name: string
  readonly #ending = new AbortController()

  /** Asks when it is told to. @throws HubError `hub-bad-option`. */
  constructor({ name = 'user', ...address }: HubUserOptions = {}) {
    this.#hub = new HubConnection(address)
    this.#name = name
  }

  /** Resolves with the id of a command that the hub has kept. @throws HubError. */
  async post(command: HubCommand): Promise<string> {
    const { to, id = randomUUID(), timeoutMs = hubLimits.commandMs, ...rest } = command
    const body = { ...rest, id, timeoutMs, from: this.#name, to: typeof to === 'string' ? [to] : to }
    const answer = await this.#hub.insist({ do: 'post', body }, { signal: this.#signal(timeoutMs) })
    return parsed(postedSchema, answer).id
  }

  /** Replies as they come, until the command has ended. @throws HubError. */
  async *replies(id: string): AsyncGenerator<HubReply, void> {
    for (let after = 0; ; ) {
      const question = { do: 'replies', of: id, after, waitMs: hubLimits.userWaitMs }
      const asking = { signal: this.#ending.signal, withinMs: hubLimits.userWaitMs + hubLimits.askMs }
      const { replies, count, ended } = parsed(repliesSchema, await this.#hub.insist(question, asking))
      yield* replies
      after = count
      if (ended) return
    }
  }

  /**
   * What the worker gives, the last where it replies several times. @throws HubError `hub-failed` where it
   * failed, or did not answer in time; its `kind` and message are those of the worker.
   */
  async call(command: HubCommand): Promise<unknown> {
    const id = await this.post(command)
    let last: HubReply | undefined
    for await (const reply of this.replies(id)) last = reply
    if (last?.status === 'completed') return last.data
    throw new HubError(
      'hub-failed',
      `${command.method}: ${typeof last?.data === 'string' ? last.data : 'it was taken back'}`,
    )
  }

  /** An object of a worker as if it were here. Arguments and results are what JSON has. */
  remote<T extends object>(to: string, object: string): Remote<T> {
    const methods = new Map<string, (...args: unknown[]) => Promise<unknown>>()
    const handler: ProxyHandler<Remote<T>> = {
      get: (_target, method) => {
        // Who awaits the proxy itself has it.
        if (typeof method !== 'string' || method === 'then') return undefined
        const call = methods.get(method) ?? ((...args) => this.call({ to, object, method, args }))
        methods.set(method, call)
        return call
      },
    }
    const none: Remote<T> = Object.create(null)
    return new Proxy(none, handler)
  }

  /** Resolves with those that are registered. @throws HubError. */
  async workers(): Promise<readonly KnownWorker[]> {
    const answer = await this.#hub.insist({ do: 'workers' }, { signal: this.#signal(hubLimits.commandMs) })
    return parsed(workersSchema, answer).workers
  }

  /** Ends what waits. */
  close(): void {
    this.#ending.abort(new HubError('hub-closed', 'the HubUser was closed'))
    this.#hub.close()
  }

  #signal(withinMs: number): AbortSignal {
    return AbortSignal.any([this.#ending.signal, AbortSignal.timeout(withinMs)])
  }
}

function parsed<T>(schema: z.ZodType<T>, answer: unknown): T {
  const read = schema.safeParse(answer)
  if (read.success) return read.data
  throw new HubError('hub-bad-request', `the hub answers with what makes no sense: ${read.error.message}`)
}
