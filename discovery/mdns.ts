/**
 * Discovery by multicast DNS on one interface, over bonjour-service: one DNS-SD service `_quorate._tcp` for
 * each record, and one `_quorate-ldr._tcp` for each group that is led here. It keeps to the interface through
 * its changes (down, gone, another address, there only later): each time it builds everything anew and
 * announces, or asks. What it hears is believed only as far as `record.ts` and `verify()` allow. It notices
 * goodbyes but no crash: for that there is the directory connection.
 */
import { isDeepStrictEqual } from 'node:util'
import { messageOf } from '../ports/index.js'
import { Catalogue } from './catalogue.js'
import { type InterfaceChoice, InterfaceWatch, type ReadInterfaces } from './interfaces.js'
import { Lifecycle } from './lifecycle.js'
import { discoveryLimits } from './limits.js'
import { type LinkEvents, MdnsLink } from './mdns-link.js'
import { MDNS_PORT } from './mdns-socket.js'
import { checkAnnouncement } from './record.js'
import type { ActorRecord, Discovery, DiscoveryEvents, DiscoveryOptions, LeaderRecord } from './types.js'

export interface MdnsOptions extends DiscoveryOptions {
  /**
   * The interface, by name or by an IPv4 address. It need not exist yet; it is followed if its address
   * changes.
   */
  readonly interface: string
  /** Told the address when the interface comes up or gets another, and undefined when it is gone. */
  readonly onAddress?: ((address: string | undefined) => void) | undefined
  /** UDP port, 5353 as all mDNS; another one only hears others with the same. */
  readonly port?: number | undefined
  /** Reads the host's interfaces; for tests. */
  readonly readInterfaces?: ReadInterfaces | undefined
}

/** What tells how mDNS is doing, for `ps`, `doctor` and tests. */
export interface MdnsState {
  /** The interface in use; undefined while there is none. */
  readonly interface: InterfaceChoice | undefined
  readonly traffic: { readonly sent: number; readonly received: number }
  /** Packets and records that were refused, and failures to send, in all. */
  readonly noticed: number
}

export interface MdnsDiscovery extends Discovery {
  readonly state: MdnsState
  leads(leaders: readonly LeaderRecord[]): void
}

export function mdnsDiscovery(options: MdnsOptions): MdnsDiscovery {
  return new Mdns(options)
}

class Mdns implements MdnsDiscovery {
  readonly kind = 'mdns'
  readonly #options: MdnsOptions
  readonly #watch: InterfaceWatch
  readonly #lifecycle = new Lifecycle(this.kind)
  readonly #announced = new Map<string, ActorRecord>()
  /** By member. */
  #leaders = new Map<string, LeaderRecord>()
  #catalogue: Catalogue | undefined
  #link: MdnsLink | undefined
  #poll: NodeJS.Timeout | undefined
  /** The look at the interface that is under way. */
  #looking: Promise<void> = Promise.resolve()
  #traffic = { sent: 0, received: 0 }
  #address: string | undefined
  #isMissing = false

  constructor(options: MdnsOptions) {
    this.#options = options
    this.#watch = new InterfaceWatch(options.interface, options.readInterfaces)
  }

  get state(): MdnsState {
    const { sent = 0, received = 0 } = this.#link?.traffic ?? {}
    return {
      interface: this.#link?.choice,
      traffic: { sent: this.#traffic.sent + sent, received: this.#traffic.received + received },
      noticed: this.#catalogue?.notices.count ?? 0,
    }
  }

  async start(events: DiscoveryEvents): Promise<void> {
    this.#lifecycle.start()
    this.#catalogue = new Catalogue(events, this.#options, (id) => this.#link?.forget(id))
    this.#looking = this.#look()
    await this.#looking
    if (!this.#lifecycle.isStarted) return
    this.#poll = setInterval(() => {
      this.#looking = this.#looking.then(() => this.#look())
    }, discoveryLimits.interfacePollMs)
    this.#poll.unref()
  }

  async announce(record: ActorRecord): Promise<void> {
    this.#lifecycle.require()
    const checked = checkAnnouncement(this.#announced, record)
    this.#catalogue?.claim(checked.id)
    this.#announced.set(checked.id, checked)
    this.#link?.announce(checked)
  }

  async withdraw(id: string): Promise<void> {
    this.#announced.delete(id)
    await this.#link?.withdraw(id)
  }

  leads(leaders: readonly LeaderRecord[]): void {
    const before = this.#leaders
    const most = leaders.slice(0, discoveryLimits.announcedRecords)
    this.#leaders = new Map(most.map((leader) => [leader.member, leader]))
    for (const leader of most) {
      if (!isDeepStrictEqual(leader, before.get(leader.member))) this.#link?.lead(leader)
    }
    for (const member of before.keys()) if (!this.#leaders.has(member)) void this.#link?.unlead(member)
  }

  refresh(): void {
    this.#link?.ask()
  }

  met(record: ActorRecord): void {
    if (!this.#catalogue?.meet(record)) return
    this.#link?.learned()
    this.#link?.wasHeard()
  }

  forget(id: string): void {
    this.#catalogue?.forget(id)
    this.#link?.forget(id)
  }

  async stop(): Promise<void> {
    if (!this.#lifecycle.stop()) return
    clearInterval(this.#poll)
    this.#catalogue?.close()
    await this.#looking
    await this.#link?.close()
    this.#leave()
  }

  /** Makes what there is fit the interface as it is now. Never rejects. */
  async #look(): Promise<void> {
    if (!this.#lifecycle.isStarted) return
    const choice = this.#watch.look()
    const link = this.#link
    const isSame = choice?.identity === link?.choice.identity
    if (!choice) this.#missing()
    if (isSame && !link?.isDeaf()) return
    if (isSame && link) this.#sayDeaf(link.choice)
    this.#leave()
    if (choice) await this.#join(choice)
    this.#tellAddress()
  }

  #tellAddress(): void {
    const address = this.#link?.choice.address
    if (address === this.#address) return
    this.#address = address
    if (this.#lifecycle.isStarted) this.#options.onAddress?.(address)
  }

  async #join(choice: InterfaceChoice): Promise<void> {
    const link = new MdnsLink(choice, this.#options.port ?? MDNS_PORT, this.#linkEvents())
    try {
      await link.open()
    } catch (thrown) {
      this.#catalogue?.notices.say(
        'no-multicast',
        choice.name,
        `${messageOf(thrown)}; trying again each second`,
      )
      return
    }
    if (!this.#lifecycle.isStarted) {
      link.end()
      return
    }
    this.#link = link
    this.#isMissing = false
    this.#catalogue?.notices.settled('no-interface', this.#options.interface)
    this.#catalogue?.notices.settled('no-multicast', choice.name)
    for (const record of this.#announced.values()) link.announce(record)
    for (const leader of this.#leaders.values()) link.lead(leader)
  }

  #leave(): void {
    const { sent, received } = this.state.traffic
    this.#traffic = { sent, received }
    const link = this.#link
    this.#link = undefined
    link?.end()
  }

  #linkEvents(): LinkEvents {
    const catalogue = this.#catalogue
    const say = (what: string, source: string, text: string) => catalogue?.notices.say(what, source, text)
    return {
      heard: (record) => this.#heard(record),
      goodbye: (id) => catalogue?.goodbye(id),
      lie: (source, why) => say('bad-record', source, `mDNS record from ${source} refused: ${why}`),
      garbage: (source, why) => say('garbage', source, `mDNS packet from ${source} refused: ${why}`),
      unsent: (why) =>
        say('unsent', why, `an mDNS packet could not be sent on ${this.#options.interface}: ${why}`),
      known: () => catalogue?.known ?? new Map(),
    }
  }

  /** Says whether the record is believed. */
  #heard(record: ActorRecord): boolean {
    const catalogue = this.#catalogue
    if (!catalogue || catalogue.isOwn(record.id)) return catalogue !== undefined
    const isNews = !catalogue.known.has(record.id)
    const isBelieved = catalogue.hear(record)
    if (isBelieved && isNews) this.#link?.learned()
    return isBelieved
  }

  #missing(): void {
    if (this.#isMissing) return
    this.#isMissing = true
    const wanted = this.#options.interface
    const text = `network interface ${wanted} is not there or has no IPv4 address; waiting for it`
    this.#catalogue?.notices.say('no-interface', wanted, text)
  }

  #sayDeaf({ name, address }: InterfaceChoice): void {
    const text = `multicast sent on ${name} (${address}) does not come back; a firewall may block UDP 5353`
    this.#catalogue?.notices.say('deaf', name, text)
  }
}
