/** What a member complains of, in words, and counted: messages of others, and what the group warns of. */
import type { GroupStats } from './group.js'
import type { MemberInfo } from './member-info.js'

export interface ComplaintsOptions {
  /** Type and instance. */
  readonly name: string
  readonly component: string
  readonly stats: GroupStats
  infoOf(id: string): MemberInfo
  /** Says it once. */
  say(what: string, text: string, peer?: string): void
}

export class Complaints {
  readonly #options: ComplaintsOptions

  constructor(options: ComplaintsOptions) {
    this.#options = options
  }

  say(what: string, text: string): void {
    this.#options.say(what, text)
  }

  refused(from: string, why: string): void {
    const { name, stats, say } = this.#options
    stats.refused++
    say('refused', `${name} refused a message of ${this.#nameOf(from)}: ${why}`, from)
  }

  missed(from: string, messages: number): void {
    const { name, stats, say } = this.#options
    stats.missed += messages
    const text = `${name}: missed ${messages} messages of ${this.#nameOf(from)}`
    say('gap', `${text}: somebody does not keep up`, from)
  }

  dropped(): void {
    const { name, component, say } = this.#options
    say('full', `messages of ${name} are dropped: ${component} does not keep up`)
  }

  overflowed(messages: number): void {
    const text = `${messages} messages to ${this.#options.name} are too many for one turn; they are dropped`
    this.#options.say('overflow', text)
  }

  unsent(messages: number, route: string): void {
    const { name, stats, say } = this.#options
    stats.dropped += messages
    say('unsent', `${messages} messages (${route}) could not be sent in ${name}`)
  }

  clocksApart(spreadMs: number): void {
    const { name, say } = this.#options
    say('clocks', `the clocks of the hosts of ${name} are ${Math.round(spreadMs)} ms apart`)
  }

  secondVote(poll: string): void {
    const { name, say } = this.#options
    say('vote', `${name}: a second vote on ${poll} was refused`)
  }

  split(members: readonly MemberInfo[]): void {
    const { name, say } = this.#options
    const names = members.map(({ id, actor, component }) => (actor ? `${actor}.${component}` : id)).join(', ')
    const what = 'more take part in elections than there are seats, or ids twice'
    say('split', `${name} is split: ${what}: ${names}`)
  }

  #nameOf(id: string): string {
    return this.#options.infoOf(id).actor || id
  }
}
