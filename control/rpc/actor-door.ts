/** The rpc of an actor: an RpcService whose commands are those of the actor. */
import type { Advert } from '../../discovery/index.js'
import { messageOf } from '../../ports/index.js'
import type { Door, DoorAd, DoorPlace } from '../../runtime/index.js'
import { actorDelegate } from './actor-delegate.js'
import { publishHappenings } from './actor-events.js'
import { advertiseDevice } from './devices.js'
import type { RpcOptions } from './options.js'
import { RpcService } from './service.js'

/** Options of the door of an actor. */
export interface RpcDoorOptions extends RpcOptions {
  /**
   * Whether it is advertised by mDNS, as devices are (`_autotrainer._tcp`), on the interfaces by which it is
   * reached. Default false.
   */
  readonly advertise?: boolean
}

/**
 * A door for `startActor()`: the actor takes the commands of auto-trainer-api, and publishes what happens to
 * it. In clear text, and without asking who comes: on loopback, unless a `host` is named.
 */
export function rpcDoor({ advertise = false, ...options }: RpcDoorOptions = {}): Door {
  return new ActorDoor((place) => ({ identifier: place.controls.status.actor, ...options }), advertise)
}

/** A door for those whose key says that they may command; at free ports of the actor's own address. */
export function operatorDoor(): Door {
  return new ActorDoor(({ controls, host }) => {
    return { identifier: controls.status.actor, host, subscriberPort: 0, commandPort: 0 }
  })
}

class ActorDoor implements Door {
  readonly #optionsOf: (place: DoorPlace) => RpcOptions
  readonly #isAdvertised: boolean
  #service: RpcService | undefined
  #adverts: readonly Advert[] = []
  #end: () => void = () => undefined

  constructor(optionsOf: (place: DoorPlace) => RpcOptions, isAdvertised = false) {
    this.#optionsOf = optionsOf
    this.#isAdvertised = isAdvertised
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
    const ad = { host: options.host ?? '127.0.0.1', subscriber, command }
    if (this.#isAdvertised) await this.#advertise(place, ad)
    return ad
  }

  async close(): Promise<void> {
    this.#end()
    const adverts = this.#adverts
    this.#adverts = []
    await Promise.all([...adverts.map((advert) => advert.end()), this.#service?.stop()])
  }

  async #advertise({ controls, warn }: DoorPlace, ad: DoorAd): Promise<void> {
    const { actor, id } = controls.status
    try {
      this.#adverts = await advertiseDevice({ ...ad, name: actor, id })
    } catch (error) {
      warn(`managers do not find this actor by mDNS: ${messageOf(error)}`)
    }
  }
}
