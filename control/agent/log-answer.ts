/** Hands out the log of an actor: a range of it, its last lines, and what comes from then on. */
import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { isOver } from './core.js'
import { AgentError } from './errors.js'
import { agentLimits } from './limits.js'
import type { SupervisedActor } from './supervised-actor.js'
import type { Supervisor } from './supervisor.js'
import { flagQuery, wholeQuery } from './v1-models.js'

/**
 * `?from=&to=` (places), `?tail=` (lines), and `&follow=true` for all that comes until the actor has ended.
 * The headers say which places were handed out: who reads on gives the one as `from`.
 */
export function answerLog(
  supervisor: Supervisor,
  actor: SupervisedActor,
  request: FastifyRequest,
  reply: FastifyReply,
): undefined {
  const { log } = actor
  const tail = wholeQuery(request, 'tail', agentLimits.tailLines)
  const from = wholeQuery(request, 'from')
  const to = wholeQuery(request, 'to')
  const isFollowing = flagQuery(request, 'follow')
  if ((tail !== undefined && (from ?? to) !== undefined) || (isFollowing && to !== undefined)) {
    throw new AgentError('agent-bad-request', 'give tail, or from and to; what is followed has no end')
  }
  const part = tail === undefined ? log.part(from ?? 0, to) : log.tail(tail)
  reply.header('content-type', 'text/plain; charset=utf-8').header('quorate-log-from', part.from)
  if (!isFollowing) {
    reply.header('quorate-log-next', part.to).send(part.bytes)
    return
  }
  const gone = new AbortController()
  const changes = new Changes()
  const forget = supervisor.listen(() => changes.tell())
  const watch = log.watch(() => changes.tell())
  reply.raw.once('close', () => {
    forget()
    watch.close()
    gone.abort()
    changes.tell()
  })
  reply.send(Readable.from(followed(actor, part.from, changes, gone.signal), { objectMode: false }))
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
  #hasChanged = false
  #wake: () => void = () => undefined

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
