/** Actors of one app in this process, each with one component that the test can reach, over real sockets. */
import { createMemoryNetwork, memoryDiscovery } from '../../discovery/index.js'
import { actor, app, type Component, type RunningActor, startActor } from '../../runtime/index.js'
import { EventLog } from './events.js'

export interface Held<C> {
  readonly it: C
  readonly actor: RunningActor
  readonly log: EventLog
}

/** `afterEach(actors.stop)` ends them all. */
export class HeldActors {
  readonly #network = createMemoryNetwork()
  readonly #running: RunningActor[] = []

  /** Starts an actor with the component `it` of this class. */
  async start<C extends Component>(type: new () => C, logLevel = 'info'): Promise<Held<C>> {
    const log = new EventLog()
    let made: C | undefined
    const remember = (component: C): void => {
      made = component
    }
    const definition = actor({ components: () => ({ it: remembering(type, remember) }) })
    const started = await startActor(app('lab', { actors: { [type.name]: definition } }), type.name, {
      discovery: memoryDiscovery(this.#network),
      interface: '127.0.0.1',
      sink: log,
      logLevel,
    })
    this.#running.push(started)
    if (!made) throw new Error('nothing was made')
    return { it: made, actor: started, log }
  }

  readonly stop = async (): Promise<void> => {
    await Promise.all(this.#running.splice(0).map((each) => each.stop()))
  }
}

function remembering<C extends Component>(type: new () => C, remember: (component: C) => void): new () => C {
  return new Proxy(type, {
    construct(target, args, newTarget): C {
      const component: C = Reflect.construct(target, args, newTarget)
      remember(component)
      return component
    },
  })
}
