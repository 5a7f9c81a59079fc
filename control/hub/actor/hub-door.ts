/** An actor at a hub: it registers as a worker, fetches its commands, and leaves when it stops. */
import { setTimeout as after } from 'node:timers/promises'
import { messageOf } from '../../../ports/index.js'
import type { Door, DoorPlace } from '../../../runtime/index.js'
import { type HubAddress, HubConnection } from '../client/connection.js'
import { HubWorker } from '../client/worker.js'
import { hubLimits } from '../limits.js'
import { ActorObjects } from './actor-objects.js'
import { FleetActor } from './fleet-actor.js'
import { tokenOfFile } from './token-file.js'
import { takeName, type WorkerName } from './worker-name.js'

/** Which hub an actor obeys, and what it is called there. */
export interface HubDoorOptions extends HubAddress {
  /** As `http://10.0.0.5:8000`: no hub is found by itself. */
  readonly url: string
  /** File of the token, which is read anew now and then; unless `token` is given. */
  readonly tokenFile?: string
  /** Tells it from other actors of its name on its host, as `2`. Default nothing. */
  readonly instance?: string
  /** What no other worker of the hub is called. Default `app.Actor@host`, with the instance. */
  readonly name?: string
  /** Milliseconds for which a command is its own, and then again while it is at it. Default 30,000. */
  readonly leaseMs?: number
}

/**
 * A door for `startActor()`: the actor registers at a hub, and does what is posted for it there. A hub that
 * is away holds up nothing. @throws HubError `hub-bad-option`.
 */
export function hubDoor({ tokenFile, ...options }: HubDoorOptions): Door {
  const token = options.token ?? (tokenFile ? tokenOfFile(tokenFile) : undefined)
  // What is wrong with the address shows here, and not when the actor has started.
  new HubConnection({ url: options.url, token })
  return new HubDoor({ ...options, token })
}

class HubDoor implements Door {
  readonly #options: HubDoorOptions
  readonly #ending = new AbortController()
  #name: WorkerName | undefined
  #worker: HubWorker | undefined
  #inFleet: FleetActor | undefined
  #unwatch: () => void = () => undefined
  #left: Promise<void> | undefined

  constructor(options: HubDoorOptions) {
    this.#options = options
  }

  async open(place: DoorPlace): Promise<undefined> {
    const { controls, warn, tell } = place
    const { name: given, instance = '', ...hub } = this.#options
    const { app, actor, id } = controls.status
    this.#name = await (given === undefined ? takeName({ app, actor, id, instance }) : ownName(given))
    const { name } = this.#name
    const options = { ...hub, name, objects: {}, atOnce: hubLimits.actorAtOnce, warn }
    const connection = new HubConnection(hub)
    this.#worker = new HubWorker(options, { exposed: new ActorObjects(controls), tell, hub: connection })
    this.#inFleet = new FleetActor(controls, connection, name)
    this.#unwatch = controls.watch(({ is }) => {
      if (is === 'stopping') void this.#leave()
    })
    void this.#register(this.#worker, name, place)
  }

  async close(): Promise<void> {
    this.#unwatch()
    // What a handler still does by then is not waited for.
    await Promise.race([this.#leave(), after(hubLimits.leaveMs, undefined, { ref: false })])
    this.#name?.giveBack()
  }

  /** As often as it takes. Never rejects. */
  async #register(worker: HubWorker, name: string, { warn, tell }: DoorPlace): Promise<void> {
    const { signal } = this.#ending
    const { url } = this.#options
    let told = ''
    while (!signal.aborted) {
      try {
        await worker.start()
        if (!signal.aborted) this.#inFleet?.start()
        tell(`it takes commands of the hub at ${url} as ${name}`)
        return
      } catch (error) {
        if (signal.aborted) return
        const why = `it takes no commands of a hub: ${messageOf(error)}`
        if (why !== told) warn(why)
        told = why
        await after(hubLimits.refusedMs, undefined, { signal }).catch(() => undefined)
      }
    }
  }

  #leave(): Promise<void> {
    this.#ending.abort()
    this.#left ??= this.#stop()
    return this.#left
  }

  async #stop(): Promise<void> {
    await this.#inFleet?.stop()
    await this.#worker?.stop()
  }
}

function ownName(name: string): WorkerName {
  return { name, giveBack: () => undefined }
}
