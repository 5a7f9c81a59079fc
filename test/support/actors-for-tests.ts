/** Actors in this process, on loopback, each stopped after its test. Registers its hook with the suite. */
import { type AppDefinition, type RunningActor, type StartOptions, startActor } from '../../runtime/index.js'
import type { Stoppable } from '../../runtime/lifetime.js'

export class ActorsForTests {
  readonly #running: RunningActor[] = []
  /** The one that began to start last, also where its start has not ended. */
  starting: Stoppable | undefined

  constructor() {
    afterEach(async () => {
      await Promise.all(this.#running.splice(0).map((each) => each.stop()))
    })
  }

  async start(definition: AppDefinition, name: string, options: Omit<StartOptions, 'interface'>) {
    const started = await startActor(definition, name, {
      ...options,
      interface: '127.0.0.1',
      onStarting: (early) => {
        this.starting = early
      },
    })
    this.#running.push(started)
    return started
  }
}
