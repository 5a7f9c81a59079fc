/**
 * Announces an agent by mDNS wherever it is reached: on the interfaces that there are now, and on those that
 * come. What goes takes its announcement along.
 */
import {
  type Advert,
  advertise,
  discoveryLimits,
  type InterfaceChoice,
  isLoopback,
  listInterfaces,
  type ReadInterfaces,
} from '../../discovery/index.js'
import { messageOf } from '../../ports/index.js'
import { type AgentAd, serviceOf } from './agent-ad.js'

/** Where an agent listens, and where it is to be found. */
export interface AnnouncedAt {
  /** IPv4 address at which it listens. */
  readonly host: string
  /** Name or address of the one interface on which it is announced; '' for all where it is reached. */
  readonly interface: string
}

const ANYWHERE = '0.0.0.0'

export class Announcer {
  readonly #ad: AgentAd
  readonly #at: AnnouncedAt
  readonly #told: (text: string) => void
  readonly #read: ReadInterfaces | undefined
  readonly #adverts = new Map<string, Advert>()
  /** What was told last. */
  #said = ''
  #looking = Promise.resolve()
  #poll: NodeJS.Timeout | undefined

  /** @param told hears where it is announced, and why nowhere. */
  constructor(ad: AgentAd, at: AnnouncedAt, told: (text: string) => void, read?: ReadInterfaces) {
    this.#ad = ad
    this.#at = at
    this.#told = told
    this.#read = read
  }

  /** Resolves when it is announced wherever that can be now. Never rejects. */
  async start(): Promise<void> {
    const look = (): void => {
      this.#looking = this.#looking.then(() => this.#look())
    }
    look()
    this.#poll = setInterval(look, discoveryLimits.interfacePollMs)
    this.#poll.unref()
    await this.#looking
  }

  /** Says goodbye. Never rejects. */
  async stop(): Promise<void> {
    clearInterval(this.#poll)
    await this.#looking
    await Promise.all([...this.#adverts.values()].map((advert) => advert.end()))
    this.#adverts.clear()
  }

  async #look(): Promise<void> {
    const choices = new Map(placesOf(this.#at, this.#read).map((choice) => [choice.identity, choice]))
    for (const [identity, advert] of this.#adverts) {
      if (choices.has(identity)) continue
      this.#adverts.delete(identity)
      await advert.end()
    }
    let failed = ''
    for (const [identity, choice] of choices) {
      if (this.#adverts.has(identity)) continue
      try {
        this.#adverts.set(identity, await advertise(serviceOf(this.#ad), choice))
      } catch (error) {
        failed = messageOf(error)
      }
    }
    const where = [...choices].flatMap(([identity, { name, address }]) => {
      return this.#adverts.has(identity) ? [`${name} (${address})`] : []
    })
    this.#say(where, failed)
  }

  #say(where: readonly string[], failed: string): void {
    const { host, interface: wanted } = this.#at
    const missing = `${host} is the address of no interface that is up${wanted && `, or not of ${wanted}`}`
    const nowhere = `the agent is announced nowhere yet: ${failed || missing}`
    const text = where.length > 0 ? `it is announced as ${this.#ad.name} on ${where.join(' and ')}` : nowhere
    if (text !== this.#said) this.#told(text)
    this.#said = text
  }
}

/** The interfaces on which whoever hears of an agent reaches it. */
export function placesOf(
  { host, interface: wanted }: AnnouncedAt,
  read?: ReadInterfaces,
): readonly InterfaceChoice[] {
  return listInterfaces(read).filter(({ name, address, loopback }) => {
    const isReached = host === ANYWHERE || address === host || (loopback && isLoopback(host))
    return isReached && (wanted === '' || wanted === name || wanted === address)
  })
}
