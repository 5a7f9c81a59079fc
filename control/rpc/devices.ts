/**
 * Devices that take commands, as their images advertise them by mDNS: `_autotrainer._tcp`, whose TXT record
 * has the ports (`Subscriber=5556`, `Command=5557`); the port of the service itself is nobody's.
 */
import { type InterfaceChoice, lookForServices } from '../../discovery/index.js'

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
    if (subscriber && command) devices.set(`${name} ${host}`, { name, host, subscriber, command })
  }
  return [...devices.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Keys of a TXT record are the same whatever their case. */
function portIn(txt: ReadonlyMap<string, string>, wanted: string): number | undefined {
  for (const [key, value] of txt) {
    if (key.toLowerCase() === wanted && /^[1-9]\d{0,4}$/.test(value) && Number(value) < 65_536)
      return Number(value)
  }
  return undefined
}
