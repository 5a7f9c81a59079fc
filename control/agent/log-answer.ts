/** Hands out the log of an actor: a range of it, its last lines, and what comes from then on. */
import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { isOver } from './core.js'
import { AgentError } from './errors.js'
import { agentLimits } from './limits.js'
import type { LogPart } from './log.js'
import type { SupervisedActor } from './supervised-actor.js'
import type { Supervisor } from './supervisor.js'
import { flagQuery, wholeQuery } from './v1-models.js'

/**
 * `?from=&to=` (places), `?tail=` (lines), and `&follow=true` for all that comes until the actor has ended,
 * or `?from=&waitMs=` for what comes first behind that place. `&most=` bounds the bytes.
 * The headers say which places were handed out: who reads on gives the one as `from`.
 */
export async function answerLog(
  supervisor: Supervisor,
  actor: SupervisedActor,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<undefined> {
  const { log } = actor
  const tail = wholeQuery(request, 'tail', agentLimits.tailLines)
  const from = wholeQuery(request, 'from')
  const to = wholeQuery(request, 'to')
  const isFollowing = flagQuery(request, 'follow')
  const waitMs = wholeQuery(request, 'waitMs', agentLimits.waitMaxMs) ?? 0
  const most = wholeQuery(request, 'most', agentLimits.logAtOnceBytes)
  if ((tail !== undefined && (from ?? to) !== undefined) || (isFollowing && to !== undefined)) {
    throw new AgentError('agent-bad-request', 'give tail, or from and to; what is followed has no end')
  }
  const look = (): LogPart => (tail === undefined ? log.part(from ?? 0, to, most) : log.tail(tail, most))
  if (waitMs > 0 && !isFollowing && look().to === (from ?? 0)) {
    await grown(supervisor, actor, reply, { waitMs, from: from ?? 0 })
  }
  const part = look()
  reply.header('content-type', 'text/plain; charset=utf-8').header('quorate-log-from', part.from)
  if (!isFollowing) {
    reply.header('quorate-log-next', part.to).send(part.bytes)
    return
  }
  const gone = new AbortController()
  const changes = changesOf(supervisor, actor)
  reply.raw.once('close', () => {
    changes.forget()
    gone.abort()
    changes.tell()
  })
  reply.send(Readable.from(followed(actor, part.from, changes, gone.signal), { objectMode: false }))
}

/** Resolves when there is something behind a place, or will be nothing, or so much time is over. */
async function grown(
  supervisor: Supervisor,
  actor: SupervisedActor,
  { raw }: FastifyReply,
  { waitMs, from }: { readonly waitMs: number; readonly from: number },
): Promise<void> {
  const changes = changesOf(supervisor, actor)
  let isOut = false
  const over = (): void => {
    isOut = true
    changes.tell()
  }
  const timer = setTimeout(over, waitMs)
  raw.once('close', over)
  while (!isOut && !isOver(actor.record.state) && actor.log.ends <= from) await changes.next()
  clearTimeout(timer)
  raw.off('close', over)
  changes.forget()
}

function changesOf(supervisor: Supervisor, { log }: SupervisedActor): Changes {
  const changes: Changes = new Changes(() => {
    forget()
    watch.close()
  })
  const forget = supervisor.listen(() => changes.tell())
  const watch = log.watch(() => changes.tell())
  return changes
}

async function* followed(
  actor: SupervisedActor,
  from: number,
  changes: Changes,
  gone: AbortSignal,
): AsyncGenerator<Buffer> {
  for (let at = from; !gone.aborted; ) {
    // Asked before: what it wrote until then is there to be read.
    const isLast = isOver(actor.record.state)
    const { to, bytes } = actor.log.part(at)
    at = to
    if (bytes.length > 0) yield bytes
    else if (isLast) return
    else await changes.next()
  }
}

/** That something has changed since it was last asked. */
class Changes {
  /** Nothing more is told. */
  readonly forget: () => void
  #hasChanged = false
  #wake: () => void = () => undefined

  constructor(forget: () => void) {
    this.forget = forget
  }

  tell(): void {
    this.#hasChanged = true
    this.#wake()
  }

  async next(): Promise<void> {
    if (!this.#hasChanged) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    this.#hasChanged = false
  }
}
