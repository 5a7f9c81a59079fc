/**
 * Announces a service of another type than ours on one interface, as devices of other systems do theirs; the
 * counterpart of `mdns-services.ts`.
 */
import type { InterfaceChoice } from './interfaces.js'
import { Responder } from './mdns-responder.js'
import { MDNS_PORT, MulticastSocket } from './mdns-socket.js'
import { instanceName } from './mdns-txt.js'

export interface ServiceAd {
  /** As DNS-SD has it, without the underscore: `autotrainer`. */
  readonly type: string
  /** For people; `id` makes it unique. */
  readonly name: string
  readonly id: string
  readonly port: number
  readonly txt: Readonly<Record<string, string>>
}

/** Something that ends when nobody needs it any more. */
export interface Advert {
  /** Says goodbye. Harmless twice; never rejects. */
  end(): Promise<void>
}

/** Announces until it is ended. @throws DiscoveryError `no-multicast`. */
export async function advertise(
  { type, name, id, port, txt }: ServiceAd,
  choice: InterfaceChoice,
): Promise<Advert> {
  let responder: Responder | undefined
  const nothing = (): void => undefined
  const socket = new MulticastSocket(
    choice,
    MDNS_PORT,
    {
      query: (message, from) => responder?.deliver(message, from),
      response: nothing,
      garbage: nothing,
      unsent: nothing,
    },
    [`_${type}`, '_dns-sd'],
  )
  await socket.open()
  const form = { name: instanceName(name, id), type, port, host: `${type}-${id}.local`, txt }
  responder = new Responder(
    { ...form, probe: false, disableIPv6: true },
    {
      send: (message, done) => socket.send(message, done),
      jitterMs: () => 0,
      failed: nothing,
      isCrowd: () => false,
    },
  )
  return {
    async end() {
      await responder?.goodbye()
      responder = undefined
      socket.close()
    },
  }
}
