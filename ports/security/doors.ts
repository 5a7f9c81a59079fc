/**
 * The doors of all actors of this process: one handler of ZAP for all of them, while there are any. A domain
 * is a door and the id of the actor that it is of: `ports/0123456789abcdef`.
 */
import type { MessagePort } from 'node:worker_threads'
import { messageOf } from '../errors.js'
import { errnoOf } from '../socket-calls.js'
import type { Door } from '../socket-lock.js'
import type { Sockets } from '../sockets.js'
import type { DoorService, FromDoors, ToDoors } from './door-messages.js'
import { DoorKeeper } from './keeper.js'
import { ZapHandler } from './zap-handler.js'

/** The domain of a door of an actor. */
export function domainOf(door: Door, actorId: string): string {
  return `${door}/${actorId}`
}

const NOBODY = { admitted: false, code: 'no-door', text: 'the actor it was for is gone' } as const

export class Doors {
  readonly #sockets: Sockets
  readonly #keepers = new Map<string, DoorKeeper>()
  #handler: ZapHandler | undefined
  #opened: Promise<void> | undefined

  constructor(sockets: Sockets) {
    this.#sockets = sockets
  }

  /** Serves until the result is called. */
  serve(service: DoorService, port: MessagePort): () => void {
    const { actorId } = service
    const tell = (event: FromDoors): void => port.postMessage(event)
    const keeper = new DoorKeeper(service, {
      ...{ sockets: this.#sockets, now: Date.now, tell },
      learned: () => this.#handler?.again(),
    })
    this.#keepers.set(actorId, keeper)
    port.on('message', (message: ToDoors) => keeper.take(message))
    // Nobody knocks before there is somebody to ask.
    this.#open().then(
      () => keeper.open(service),
      (error: unknown) => tell({ is: 'failed', code: errnoOf(error), message: messageOf(error) }),
    )
    return () => {
      keeper.close()
      if (this.#keepers.get(actorId) === keeper) this.#keepers.delete(actorId)
      if (this.#keepers.size === 0) this.#close()
    }
  }

  #open(): Promise<void> {
    this.#handler ??= new ZapHandler({
      sockets: this.#sockets,
      decide: (domain, key) => {
        const [door, keeper] = this.#keeperOf(domain)
        return keeper?.decide(door, key) ?? NOBODY
      },
      refused: (refusal) => {
        const [door, keeper] = this.#keeperOf(refusal.domain)
        keeper?.refused(door, refusal)
      },
    })
    this.#opened ??= this.#handler.open()
    return this.#opened
  }

  #close(): void {
    this.#handler?.close()
    this.#handler = undefined
    this.#opened = undefined
  }

  #keeperOf(domain: string): [door: string, keeper: DoorKeeper | undefined] {
    const [door = '', actorId = ''] = domain.split('/')
    return [door, this.#keepers.get(actorId)]
  }
}
