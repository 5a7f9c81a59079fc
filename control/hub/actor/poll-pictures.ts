/** The polls of an actor as they run, and for a while how they ended. */
import type { Happening } from '../../../runtime/index.js'
import { clipped, shortJson } from '../../fleet/clipped.js'
import { fleetLimits } from '../../fleet/limits.js'
import type { PollPicture } from '../../fleet/models.js'

type Asked = Extract<Happening, { readonly is: 'poll-asked' }>

interface Known extends Omit<PollPicture, 'component'> {
  readonly member: string
}

export class PollPictures {
  /** By member and poll, the oldest first. */
  readonly #polls = new Map<string, Known>()

  /** Gives whether a poll is another now. */
  take(happening: Happening, nowMs: number): boolean {
    switch (happening.is) {
      case 'poll-asked':
        this.#opened(happening, nowMs)
        return true
      case 'voted':
        return this.#change(happening.poll, { vote: happening.vote }, happening.member)
      case 'poll':
        return this.#change(happening.poll, { outcome: happening.outcome, ended: nowMs })
      default:
        return false
    }
  }

  /** Those that run, or have ended lately. @param componentOf the component that is this member */
  all(nowMs: number, componentOf: (member: string) => string): readonly PollPicture[] {
    for (const [key, { opened, ends, ended }] of this.#polls) {
      if ((ended ?? ends ?? opened) + fleetLimits.pollEndedMs < nowMs) this.#polls.delete(key)
    }
    return [...this.#polls.values()].map(({ member, ...poll }) => ({
      ...poll,
      component: componentOf(member),
    }))
  }

  #opened({ group, member, poll: id, topic, kind, requestedBy, ...times }: Asked, nowMs: number): void {
    const at = (inMs: number | undefined): number | null =>
      inMs === undefined ? null : Math.round(nowMs + inMs)
    this.#polls.set(`${member} ${id}`, {
      ...{ group: clipped(group), member, id, kind, requestedBy },
      topic: shortJson(topic, fleetLimits.valueBytes),
      ...{ opened: nowMs, ends: at(times.endsInMs), actsAt: at(times.actsInMs) },
      ...{ vote: null, outcome: null, ended: null },
    })
    const [oldest] = this.#polls.keys()
    if (this.#polls.size > fleetLimits.polls && oldest !== undefined) this.#polls.delete(oldest)
  }

  /** Of all members of this actor, unless of one. */
  #change(id: string, change: Partial<PollPicture>, member?: string): boolean {
    let isKnown = false
    for (const [key, poll] of this.#polls) {
      if (poll.id !== id || (member !== undefined && poll.member !== member)) continue
      this.#polls.set(key, { ...poll, ...change })
      isKnown = true
    }
    return isKnown
  }
}
