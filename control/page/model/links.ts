/** Which actors are connected with which, by what they tell of their ports. Pure. */
import { pageLimits } from '../limits.js'
import type { Actor } from './fleet.js'

/** Between two workers; from the one that sends first, where there is such a one. */
export interface Link {
  readonly from: string
  readonly to: string
  /** Of the type of messages that goes over it. */
  readonly message: string
}

/** Ends at which a connection begins: what is there twice is told once, from there. */
const SENDERS = ['pub', 'qry', 'req', 'clt']
/** Those of groups are shown as groups, and ticks go nowhere. */
const NOT_LINKS = /^(g(pub|sub|qry|ans)|tim)$/

export function linksOf(actors: Iterable<Actor>): readonly Link[] {
  const all = [...actors]
  const workers = new Map(
    all.flatMap(({ who, worker, there }) => (who && there !== false ? [[who.id, worker]] : [])),
  )
  const found = new Map<string, Link>()
  for (const { worker, ports = [], there } of all) {
    if (there === false) continue
    for (const { kind, message, peers } of ports) {
      if (NOT_LINKS.test(kind)) continue
      for (const peer of peers) {
        const other = workers.get(peer)
        if (other === undefined || other === worker || found.size >= pageLimits.links) continue
        const [from, to] = SENDERS.includes(kind) ? [worker, other] : [other, worker]
        found.set(`${from}\n${to}\n${message}`, { from, to, message })
      }
    }
  }
  return [...found.values()]
}

/** The types of messages, most used first. */
export function messagesIn(links: readonly Link[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const { message } of links) counts.set(message, (counts.get(message) ?? 0) + 1)
  return [...counts]
    .sort(([one, a], [other, b]) => b - a || (one < other ? -1 : 1))
    .map(([message]) => message)
}
