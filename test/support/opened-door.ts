/** A door of an actor of a test, which knows its ports once it is open. */
import { RpcClient } from '../../control/index.js'
import type { Door } from '../../runtime/index.js'

export interface OpenedDoor extends Door {
  /** Those of a client; of nobody before it is open. */
  readonly ports: { readonly subscriberPort: number; readonly commandPort: number }
  client(): RpcClient
}

export function opened(door: Door): OpenedDoor {
  let ports = { subscriberPort: 0, commandPort: 0 }
  return {
    open: async (place) => {
      const ad = await door.open(place)
      if (ad) ports = { subscriberPort: ad.subscriber, commandPort: ad.command }
      return ad
    },
    close: () => door.close(),
    get ports() {
      return ports
    },
    client: () => new RpcClient(ports),
  }
}
