/**
 * Devices that take commands, as their images advertise them by mDNS: `_autotrainer._tcp`, whose TXT record
 * has the ports (`Subscriber=5556`, `Command=5557`); the port of the service itself is nobody's. An actor
 * that is advertised so adds who it is (`id`).
 */
import {
  type Advert,
  advertise,
  type InterfaceChoice,
  isLoopback,
  listInterfaces,
  lookForServices,
} from '../../discovery/index.js'
import type { DoorAd } from '../../runtime/index.js'

/** A device that was found. It is only a claim. */
export interface FoundDevice {
  /** Of its host, as a rule. */
  readonly name: string
  /** Address that it answered from. */
  readonly host: string
  /** TCP port that publishes. */
  readonly subscriber: number
  /** TCP port that takes commands. */
  readonly command: number
  /** Of the actor of quorate that it is, where it is one. */
  readonly id?: string
}

/** Where to look for devices. */
export interface DeviceSearch {
  /** On which it is asked. */
  readonly interfaces: readonly InterfaceChoice[]
  /** Milliseconds without news after which it ends. Default 1000. */
  readonly quietMs?: number
}

const TYPE = 'autotrainer'
const QUIET_MS = 1000

/** Resolves with the devices that answer, each once, sorted by name. Never rejects. */
export async function findDevices({
  interfaces,
  quietMs = QUIET_MS,
}: DeviceSearch): Promise<readonly FoundDevice[]> {
  const found = await Promise.all(
    interfaces.map((choice) => lookForServices({ type: TYPE, choice, quietMs })),
  )
  const devices = new Map<string, FoundDevice>()
  for (const { name, host, txt } of found.flat()) {
    const [subscriber, command] = ['subscriber', 'command'].map((key) => portIn(txt, key))
    if (!subscriber || !command) continue
    const id = txt.get('id')
    devices.set(`${name} ${host}`, { name, host, subscriber, command, ...(id && { id }) })
  }
  return [...devices.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** An actor that is advertised as a device. */
interface AdvertisedActor extends DoorAd {
  readonly name: string
  readonly id: string
}

const ANYWHERE = '0.0.0.0'

/**
 * Advertises wherever it is reached, on the interfaces that there are now, until all that it resolves with
 * are ended. @throws DiscoveryError `no-multicast`; nothing is advertised then.
 */
export async function advertiseDevice(actor: AdvertisedActor): Promise<readonly Advert[]> {
  const { name, id, host, subscriber, command } = actor
  const txt = { Subscriber: String(subscriber), Command: String(command), id }
  const choices = listInterfaces().filter(({ address, loopback }) => {
    return host === ANYWHERE || address === host || (loopback && isLoopback(host))
  })
  const made = await Promise.allSettled(
    choices.map((choice) => advertise({ type: TYPE, name, id, port: command, txt }, choice)),
  )
  const adverts = made.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
  const failed = made.find((each) => each.status === 'rejected')
  if (!failed) return adverts
  await Promise.all(adverts.map((advert) => advert.end()))
  throw failed.reason
}

/** Keys of a TXT record are the same whatever their case. */
function portIn(txt: ReadonlyMap<string, string>, wanted: string): number | undefined {
  for (const [key, value] of txt) {
    if (key.toLowerCase() === wanted && /^[1-9]\d{0,4}$/.test(value) && Number(value) < 65_536)
      return Number(value)
  }
  return undefined
}
