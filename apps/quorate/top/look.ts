/** One look at an agent or a hub: what it tells, or why it does not. */
import { z } from 'zod'
import { lineOf } from '../failure.js'
import { commandLimits } from '../limits.js'
import { type Server, TOKEN_VARIABLES } from './server.js'

const group = z.object({
  name: z.string(),
  role: z.string(),
  leader: z.object({ actor: z.string() }).nullable(),
})

const actors = z.object({
  actors: z.array(
    z.object({
      ...{ id: z.string(), app: z.string(), actor: z.string(), state: z.string() },
      ...{ since: z.number(), starts: z.number(), pid: z.number().nullable() },
      ...{ cpuMs: z.number().nullable(), memoryBytes: z.number().nullable() },
      // Of agents that tell of them.
      groups: z.array(group).nullish().catch(null),
    }),
  ),
})

const workers = z.object({
  workers: z.array(
    z.object({
      ...{ name: z.string(), there: z.boolean(), waiting: z.number(), seen: z.number() },
      // Of hubs that count them.
      done: z.number().optional(),
    }),
  ),
})

export type ActorTold = z.infer<typeof actors>['actors'][number]
export type WorkerTold = z.infer<typeof workers>['workers'][number]

/** What was seen, by a clock that only grows. */
export interface Look {
  readonly url: string
  readonly atMs: number
  readonly actors: readonly ActorTold[]
  readonly workers: readonly WorkerTold[]
  /** '' where it answered. */
  readonly why: string
}

/** Never rejects. */
export async function lookAt(server: Server): Promise<Look> {
  const { url, kind } = server
  const nothing = { url, actors: [], workers: [], why: '' }
  try {
    const told: unknown = JSON.parse(await answerOf(server))
    const seen = kind === 'agent' ? actors.parse(told) : workers.parse(told)
    return { ...nothing, ...seen, atMs: performance.now() }
  } catch (error) {
    return { ...nothing, atMs: performance.now(), why: whyIn(error) }
  }
}

class Refusal extends Error {}

async function answerOf({ kind, url, token }: Server): Promise<string> {
  const path = kind === 'agent' ? '/v1/actors' : '/v1/workers'
  const answer = await fetch(`${url}${path}`, {
    ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
    // Whoever it leads to is not whom the token is for.
    redirect: 'error',
    signal: AbortSignal.timeout(commandLimits.topAnswerMs),
  })
  if (answer.status === 401) {
    const way = `name the file of its token behind its address, or set ${TOKEN_VARIABLES[kind]}`
    throw new Refusal(`it wants ${token === undefined ? 'a' : 'another'} token: ${way}`)
  }
  if (!answer.ok) throw new Refusal(`it answers with ${answer.status}; is it ${anOf(kind)} of quorate?`)
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of answer.body ?? []) {
    bytes += part.length
    if (bytes > commandLimits.topAnswerBytes) throw new Refusal('it answers with too much')
    parts.push(part)
  }
  return Buffer.concat(parts).toString()
}

function whyIn(error: unknown): string {
  if (error instanceof Refusal) return error.message
  if (error instanceof z.ZodError || error instanceof SyntaxError)
    return 'it answers with what makes no sense'
  if (error instanceof Error && error.name === 'TimeoutError') return 'it does not answer in time'
  // fetch() says little; what lies beneath says why.
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return lineOf(cause)
}

function anOf(kind: Server['kind']): string {
  return kind === 'agent' ? 'an agent' : 'a hub'
}
