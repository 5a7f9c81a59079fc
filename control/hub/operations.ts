/**
 * What may be asked of a hub in its own way, by HTTP or over a socket. A worker takes commands by a lease,
 * and has to answer before that is over, or to extend it; else another is given them. Who waits for a command
 * or a reply asks once, and is answered when it is there.
 */
import { randomUUID } from 'node:crypto'
import { composed, type Json, type Verbatim } from '../fastapi/json.js'
import type { Asker } from './asker.js'
import type { HubCore } from './core.js'
import { hasEnded } from './entry.js'
import { HubError } from './errors.js'
import type { Keeper } from './keeper.js'
import { hubLimits } from './limits.js'
import { isName, NAME_RULE } from './models.js'
import { accepting } from './spans.js'
import {
  commandView,
  historyView,
  leaseView,
  progressView,
  readAnswered,
  readExtending,
  readPosted,
  readRegistered,
  readSought,
  readTaking,
  replyView,
  wholeOption,
  workerView,
} from './v1-models.js'
import type { Waiters } from './waiters.js'

/** Those who wait for a command, and for a reply. */
export interface HubWaiters {
  readonly work: Waiters
  readonly answers: Waiters
}

/** What is asked, and by whom. */
export interface Asked {
  /** The id of the command, or the name of the worker, that it is about; '' where it is about none. */
  readonly of: string
  readonly body: Json | undefined
  /** What may be said beside the body. */
  option(name: string): string | undefined
  asker(): Asker
  /** By which it is asked, and may be asked for: aborted when it has gone. None of a request by HTTP. */
  readonly socket?: AbortSignal
  /** W3C, of the request: of the trace that a command belongs to, unless it names one. */
  readonly traceparent?: string | string[] | undefined
}

/** Resolves when what it did is kept. @throws HubError. */
export type Operation = (asked: Asked) => Promise<Json>

export class HubOperations {
  readonly #keeper: Keeper
  readonly #waiters: HubWaiters
  readonly #accepted: (tookMs: number) => void
  readonly #left: (worker: string) => void

  /** @param accepted told how long each command took to be kept; @param left of each that is no worker. */
  constructor(
    keeper: Keeper,
    waiters: HubWaiters,
    accepted: (tookMs: number) => void,
    left: (worker: string) => void,
  ) {
    this.#keeper = keeper
    this.#left = left
    this.#waiters = waiters
    this.#accepted = accepted
  }

  readonly post: Operation = async ({ body, traceparent }) => {
    const beganMs = performance.now()
    const { command: given, timeoutMs } = readPosted(body, randomUUID)
    const answer = await accepting(given, traceparent, (command) =>
      this.#keeper.do((core, nowMs) => {
        const targets = command.targets.length > 0 ? command.targets : [...core.workers.keys()]
        if (targets.length === 0)
          throw new HubError('hub-unknown', 'no worker is registered; name one in "to"')
        core.post(command, targets, nowMs, { timeoutMs })
        return composed({ id: command.id, to: [...targets] })
      }),
    )
    this.#accepted(performance.now() - beganMs)
    return answer
  }

  readonly command: Operation = ({ of }) => {
    return this.#keeper.do((core) => {
      const entries = core.entriesOf(of)
      const [first] = entries?.values() ?? []
      if (!entries || !first) throw unknown('command', of)
      const replies = core.replies.of(of).length
      return composed(commandView(first.command), { targets: progressView(entries), replies })
    })
  }

  readonly cancel: Operation = ({ of }) => {
    return this.#keeper.do((core, nowMs) => {
      core.cancel(of, nowMs)
      return composed({ id: of })
    })
  }

  /** The newest first. */
  readonly history: Operation = async (asked) => {
    const sought = readSought(asked)
    return this.#keeper.do((core) => {
      const found = core.history(sought)
      const next = found.length < sought.most ? null : (found.at(-1)?.sequence ?? null)
      return composed({ commands: found.map(historyView), next })
    })
  }

  readonly extend: Operation = async ({ of, body }) => {
    const { worker, token, leaseMs } = readExtending(body)
    return this.#keeper.do((core, nowMs) => {
      core.extend(of, worker, token, nowMs + leaseMs)
      return composed({ leasedUntil: nowMs + leaseMs })
    })
  }

  /** Those behind the first so many; waits for another, or for the end of the command. */
  readonly replies: Operation = async (asked) => {
    const { of } = asked
    const after = wholeOption(asked.option('after'), 'after', 0, hubLimits.keptReplies)
    const waitMs = wholeOption(asked.option('waitMs'), 'waitMs', 0, hubLimits.waitMaxMs)
    const patience = { waitMs, asker: asked.asker }
    const look = (isPatient: boolean): Promise<Verbatim | undefined> =>
      this.#keeper.doIfAny((core) => {
        const entries = core.entriesOf(of)
        const all = core.replies.of(of)
        if (!entries && all.length === 0) throw unknown('command', of)
        const isOver = [...(entries?.values() ?? [])].every(hasEnded)
        if (isPatient && all.length <= after && !isOver) return undefined
        return composed({ replies: all.slice(after).map(replyView), count: all.length, ended: isOver })
      })
    const found = await this.#waiters.answers.first(of, patience, () => look(true))
    return found ?? (await look(false)) ?? null
  }

  readonly reply: Operation = ({ of, body }) => {
    return this.#keeper.do((core, nowMs) => {
      const entries = core.entriesOf(of)
      const [entry] = entries?.values() ?? []
      if (!entries || !entry) throw unknown('command', of)
      const { reply, token, isLast } = readAnswered(body, entry.command)
      const [worker = ''] = reply.senders
      if (!entries.has(worker)) throw unknown('command', `${of} for ${worker}`)
      core.answer(reply, nowMs, { token, isLast })
      return composed({ id: reply.id })
    })
  }

  /** Its commands, the most urgent first; waits for one where there is none. */
  readonly take: Operation = async ({ of, body, asker }) => {
    const { most, leaseMs, waitMs } = readTaking(body)
    const taken = await this.#waiters.work.first(of, { waitMs, asker }, () =>
      this.#keeper.doIfAny((core, nowMs) => {
        const entries = core.take(of, nowMs, { most, leaseMs, token: randomUUID })
        return entries.length > 0 ? entries : undefined
      }),
    )
    // Who went while that was on its way to the disk: others are there.
    if (taken && asker().isGone) await this.#keeper.do((core) => core.giveBack(taken))
    return composed({ commands: (taken ?? []).map(leaseView) })
  }

  readonly workers: Operation = () => {
    return this.#keeper.do((core, nowMs) => {
      const all = [...core.workers.values()].map((worker) => {
        return workerView(worker, core.queues.get(worker.name)?.size ?? 0, nowMs)
      })
      return composed({ workers: all })
    })
  }

  readonly register: Operation = async ({ of, body }) => {
    if (!isName(of)) throw new HubError('hub-bad-request', NAME_RULE)
    const objects = readRegistered(body)
    return this.#keeper.do((core, nowMs) => {
      core.register(of, nowMs, objects)
      return composed({ name: of })
    })
  }

  readonly unregister: Operation = ({ of }) => {
    this.#left(of)
    return this.#known('worker', of, (core) => core.unregister(of))
  }

  readonly waiting: Operation = ({ of }) => {
    return this.#keeper.do((core) => {
      const commands = [...(core.queues.get(of)?.all() ?? [])].map(({ command }) =>
        composed(commandView(command)),
      )
      return composed({ commands })
    })
  }

  readonly clear: Operation = ({ of }) => {
    return this.#known('target', of, (core, nowMs) => core.clear(of, nowMs))
  }

  #known(what: string, name: string, act: (core: HubCore, nowMs: number) => boolean): Promise<Json> {
    return this.#keeper.do((core, nowMs) => {
      if (!act(core, nowMs)) throw unknown(what, name)
      return composed({ name })
    })
  }
}

function unknown(what: string, name: string): HubError {
  return new HubError('hub-unknown', `there is no ${what} ${name}`)
}
