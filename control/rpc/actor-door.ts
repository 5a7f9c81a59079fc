/** The rpc of an actor: an RpcService whose commands are those of the actor. */
import type { Door, DoorAd, DoorPlace } from '../../runtime/index.js'
import { actorDelegate } from './actor-delegate.js'
import { publishHappenings } from './actor-events.js'
import type { RpcOptions } from './options.js'
import { RpcService } from './service.js'

/**
 * A door for `startActor()`: the actor takes the commands of auto-trainer-api, and publishes what happens to
 * it. In clear text, and without asking who comes: on loopback, unless a `host` is named.
 */
export function rpcDoor(options: RpcOptions = {}): Door {
  return new ActorDoor((place) => ({ identifier: place.controls.status.actor, ...options }))
}

/** A door for those whose key says that they may command; at free ports of the actor's own address. */
export function operatorDoor(): Door {
  return new ActorDoor(({ controls, host }) => {
    return { identifier: controls.status.actor, host, subscriberPort: 0, commandPort: 0 }
  })
}

class ActorDoor implements Door {
  readonly #optionsOf: (place: DoorPlace) => RpcOptions
  #service: RpcService | undefined
  #end: () => void = () => undefined

  constructor(optionsOf: (place: DoorPlace) => RpcOptions) {
    this.#optionsOf = optionsOf
  }

  async open(place: DoorPlace): Promise<DoorAd> {
    const { controls, sockets, isOpenToGroups, warn } = place
    const options = this.#optionsOf(place)
    const service = new RpcService(options, { ...(sockets && { sockets, isAlone: true }), warn })
    service.commandRequestDelegate = actorDelegate({ controls, mayGroup: isOpenToGroups })
    await service.start()
    this.#service = service
    this.#end = publishHappenings(controls, service, warn)
    const { subscriberPort: subscriber, commandPort: command } = service
    return { host: options.host ?? '127.0.0.1', subscriber, command }
  }

  async close(): Promise<void> {
    this.#end()
    await this.#service?.stop()
  }
}
