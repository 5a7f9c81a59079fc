/**
 * Hears the services of our type: bonjour-service's browser on a channel, with two of its habits mended. It
 * keeps what it heard for ever (so whoever is not wanted is taken off its list, to be heard of again), and it
 * remembers every name it ever met (so it is replaced before that grows).
 */
import type { RemoteInfo } from 'node:dgram'
import type Bonjour from 'bonjour-service'
import { messageOf } from '../ports/index.js'
import { discoveryLimits } from './limits.js'
import { MdnsChannel, type SendToGroup } from './mdns-channel.js'
import { bonjourOn } from './mdns-responder.js'
import { recordOf, SERVICE_TYPE } from './mdns-txt.js'
import type { ActorRecord } from './types.js'

export interface ListenerEvents {
  /** A service with an acceptable record. Says whether to remember it; else it is heard of again. */
  heard(record: ActorRecord): boolean
  goodbye(id: string): void
  /** A service whose record makes no sense. */
  lie(source: string, why: string): void
}

export class Listener {
  readonly #events: ListenerEvents
  readonly #channel: MdnsChannel
  readonly #bonjour: Bonjour
  /** Full service name → id of its record. */
  readonly #ids = new Map<string, string>()
  #browser: Bonjour.Browser
  #names = 0
  /** Questions on their way that bonjour-service asks by itself; when to ask is not its matter. */
  #unwanted = 0
  /**
   * Packets that would bring nothing new, by where they came from and their bytes: they are not read again.
   */
  readonly #unchanged = new Set<string>()
  /**
   * The packet that is read may be remembered as one of them: it is short, and nothing is to be heard again.
   */
  #isSettled = false
  /** What one packet brought, until it is read to its end. */
  #news: (() => void)[] = []

  /** Asks nothing until it is told to. */
  constructor(send: SendToGroup, events: ListenerEvents) {
    this.#events = events
    this.#channel = new MdnsChannel(
      (message, done) => {
        if (this.#unwanted === 0) send(message, done)
        else {
          this.#unwanted--
          process.nextTick(done, null)
        }
      },
      () => 0,
      (source, thrown) => events.lie(source, messageOf(thrown)),
    )
    this.#bonjour = bonjourOn(this.#channel, () => undefined)
    this.#browser = this.#browse()
  }

  /** A response from the network. What it causes here happens when it has left bonjour-service behind. */
  deliver(message: Buffer, from: RemoteInfo): void {
    const packet = `${from.address} ${message.toString('latin1')}`
    if (this.#unchanged.has(packet)) return
    this.#isSettled = message.length <= discoveryLimits.questionBytes
    this.#channel.deliver(message, from)
    for (const tell of this.#news.splice(0)) tell()
    if (this.#unchanged.size >= discoveryLimits.unchangedPackets) this.#unchanged.clear()
    if (this.#isSettled) this.#unchanged.add(packet)
    if (this.#names < discoveryLimits.browserNames) return
    this.#names = 0
    this.#browser.stop()
    this.#browser = this.#browse()
  }

  /** Sends a query. */
  ask(): void {
    this.#browser.update()
  }

  /** Forgets a record: the next packet with it counts as the first. */
  forget(id: string): void {
    for (const [name, known] of this.#ids) if (known === id) this.#drop(name)
  }

  end(): void {
    this.#browser.stop()
    this.#bonjour.destroy()
  }

  #browse(): Bonjour.Browser {
    this.#unwanted++
    const browser = this.#bonjour.find({ type: SERVICE_TYPE })
    const later = (tell: () => void) => {
      this.#news.push(tell)
    }
    browser.on('up', (service) => {
      this.#names++
      later(() => this.#take(service))
    })
    for (const event of ['txt-update', 'srv-update'] as const) {
      browser.on(event, (service) => {
        later(() => {
          // What came before would be a change now.
          this.#unchanged.clear()
          this.#take(service)
        })
      })
    }
    browser.on('down', ({ fqdn }) => later(() => this.#down(nameKey(fqdn))))
    return browser
  }

  #down(key: string): void {
    this.#rehear()
    const id = this.#ids.get(key)
    this.#ids.delete(key)
    if (id !== undefined) this.#events.goodbye(id)
  }

  #take({ fqdn, name, port, txt, referer }: Bonjour.Service): void {
    const source = referer?.address ?? ''
    const record = recordOf({ name, port, txt, source })
    if (typeof record === 'string') this.#events.lie(source, record)
    else if (this.#events.heard(record)) {
      this.#ids.set(nameKey(fqdn), record.id)
      return
    }
    this.#drop(nameKey(fqdn))
  }

  /** What was heard counts as new when it comes again. */
  #rehear(): void {
    this.#unchanged.clear()
    this.#isSettled = false
  }

  #drop(key: string): void {
    this.#rehear()
    this.#ids.delete(key)
    const { services } = this.#browser
    const index = services.findIndex(({ fqdn }) => nameKey(fqdn) === key)
    if (index >= 0) services.splice(index, 1)
  }
}

/** DNS names are equal whatever their case. */
function nameKey(fqdn: string): string {
  return fqdn.toLowerCase()
}
