/**
 * Looks once for services of another type than ours on one interface: devices of other systems. Nothing that
 * is found is more than a claim, but the address that it came from.
 */
import type Bonjour from 'bonjour-service'
import type { InterfaceChoice } from './interfaces.js'
import { discoveryLimits } from './limits.js'
import { MdnsChannel } from './mdns-channel.js'
import { bonjourOn } from './mdns-responder.js'
import { MDNS_PORT, MulticastSocket } from './mdns-socket.js'

export interface FoundService {
  /** The first label of its name. */
  readonly name: string
  /** Address that it was heard from. */
  readonly host: string
  readonly port: number
  /** Texts of its TXT record. */
  readonly txt: ReadonlyMap<string, string>
}

export interface ServiceSearch {
  /** As DNS-SD has it, without the underscore: `autotrainer`. */
  readonly type: string
  readonly choice: InterfaceChoice
  /** Milliseconds without news after which it ends. */
  readonly quietMs: number
  readonly port?: number
}

/** Resolves with what answers; none where multicast cannot be used. Never rejects. */
export async function lookForServices({
  type,
  choice,
  quietMs,
  port = MDNS_PORT,
}: ServiceSearch): Promise<readonly FoundService[]> {
  const found = new Map<string, FoundService>()
  let newsAt = performance.now()
  const socket = new MulticastSocket(
    choice,
    port,
    {
      query: () => undefined,
      response: (message, from) => channel.deliver(message, from),
      garbage: () => undefined,
      unsent: () => undefined,
    },
    [`_${type}`],
  )
  const channel = new MdnsChannel(
    (message, done) => socket.send(message, done),
    () => 0,
    () => undefined,
  )
  try {
    await socket.open()
  } catch {
    return []
  }
  const bonjour = bonjourOn(channel, () => undefined)
  bonjour.find({ type }, (service) => {
    const read = serviceIn(service)
    if (!read || found.size >= discoveryLimits.knownRecords) return
    found.set(service.fqdn, read)
    newsAt = performance.now()
  })
  const latest = newsAt + discoveryLimits.searchTimes * quietMs
  for (let now = newsAt; now - newsAt < quietMs && now < latest; now = performance.now()) {
    await new Promise((resolve) => setTimeout(resolve, discoveryLimits.searchPollMs))
  }
  bonjour.destroy()
  socket.close()
  return [...found.values()]
}

function serviceIn({ name, port, txt, referer }: Bonjour.Service): FoundService | undefined {
  const host = referer?.address
  if (typeof name !== 'string' || !Number.isInteger(port) || !host) return undefined
  const texts = typeof txt === 'object' && txt !== null ? Object.entries(txt) : []
  const known = texts.flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[key, value]] : [],
  )
  return { name, host, port, txt: new Map(known) }
}
