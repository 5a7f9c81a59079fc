/** What is said of an actor at a glance. Pure. */
import type { Actor } from './fleet.js'

/** The states that an agent tells, and two of actors that it does not know. */
export const actorStates = ['active', 'starting', 'stopping', 'waiting', 'ended', 'failed', 'away'] as const
export type ActorState = (typeof actorStates)[number]

/** `away` is one that no agent knows and that is not at the hub. */
export function stateOf({ agent, there }: Actor): ActorState {
  if (agent) return agent.state
  return there === false ? 'away' : 'active'
}

/** As it is called in its app. */
export function kindOf({ agent, who, worker }: Actor): string {
  return agent?.actor ?? who?.actor ?? worker
}

export function appOf({ agent, who }: Actor): string {
  return agent?.app ?? who?.app ?? ''
}

/** What tells it from others of its kind: the id that its agent gave it, or what its worker is called by. */
export function tagOf(actor: Actor): string {
  if (actor.agent) return actor.agent.id
  const own = `${appOf(actor)}.${kindOf(actor)}`
  const [, rest = ''] = actor.worker.startsWith(own)
    ? ['', actor.worker.slice(own.length)]
    : ['', actor.worker]
  const [before = '', behind = ''] = rest.split('@')
  const number = /:\d+$/.exec(behind)?.[0] ?? ''
  return `${before.replace(/^\./, '')}${number}`
}

export function nameOf(actor: Actor): string {
  const tag = tagOf(actor)
  return tag === '' ? kindOf(actor) : `${kindOf(actor)} ${tag}`
}

/** The node that started it, or the host that it runs on. */
export function nodeNameOf({ agent, who }: Actor): string {
  return agent?.node ?? who?.host ?? 'elsewhere'
}

/** The places in which it leads. */
export function ledBy({ groups = [] }: Actor): readonly string[] {
  return groups.filter(({ role }) => role === 'leader').map(({ name }) => name)
}

/** Messages a second that it sends and receives; undefined while that is not known. */
export function messagesOf({ pace }: Actor): number | undefined {
  return pace && pace.sent + pace.received + pace.grouped
}

/** Whether all words are in its names, or in those of its groups. */
export function isSought(actor: Actor, sought: string): boolean {
  const { groups = [] } = actor
  const text = [
    nameOf(actor),
    appOf(actor),
    nodeNameOf(actor),
    stateOf(actor),
    ...groups.map(({ name }) => name),
  ]
    .join(' ')
    .toLowerCase()
  return sought
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}

/** By node, then by name, numbers as numbers. */
export function inOrder(actors: Iterable<Actor>): Actor[] {
  const collator = new Intl.Collator('en', { numeric: true })
  const keyed = [...actors].map((actor) => [`${nodeNameOf(actor)}\n${nameOf(actor)}`, actor] as const)
  return keyed.sort(([one], [other]) => collator.compare(one, other)).map(([, actor]) => actor)
}
