/** An actor in the fleet of its hub: tells what it is, and what changes of that. */
import type { Controls, Happening } from '../../../runtime/index.js'
import { fitting } from '../../fleet/clipped.js'
import { type News, Telling } from '../../fleet/telling.js'
import type { HubConnection } from '../client/connection.js'
import { LoopLag } from './loop-lag.js'
import { PollPictures } from './poll-pictures.js'
import { commandsOf, countersOf, placesOf, portsOf, propertiesOf, whoOf } from './portrait.js'

/** What is told soon also where nobody watches. */
const RARE: ReadonlySet<Happening['is']> = new Set(['leader', 'leader-lost', 'quorum-lost', 'ready'])

export class FleetActor {
  readonly #controls: Controls
  readonly #telling: Telling
  readonly #lag = new LoopLag()
  readonly #polls = new PollPictures()
  readonly #unwatch: () => void
  /** By part, as it was told. */
  readonly #told = new Map<string, string>()

  /** @param name of its worker */
  constructor(controls: Controls, hub: HubConnection, name: string) {
    this.#controls = controls
    this.#telling = new Telling({
      ...{ hub, do: 'picture', of: name },
      look: (isWhole) => this.#look(isWhole),
      watched: (isWatched) => this.#lag.watch(isWatched),
    })
    this.#unwatch = controls.watch((happening) => {
      const isOfPolls = this.#polls.take(happening, Date.now())
      if (RARE.has(happening.is)) this.#telling.happened(true)
      else if (isOfPolls || happening.is === 'peer') this.#telling.happened()
    })
  }

  start(): void {
    this.#telling.start()
  }

  stop(): Promise<void> {
    this.#unwatch()
    return this.#telling.stop()
  }

  #look(isWhole: boolean): News {
    if (isWhole) this.#told.clear()
    const { status, outline } = this.#controls
    const lag = this.#lag.read()
    const bare = { ...outline, properties: [] }
    const withoutSchema = <T extends object>(all: readonly T[]) =>
      all.map((each) => ({ ...each, schema: null }))
    const ports = portsOf(status)
    const componentOf = (member: string) => status.groups?.find(({ id }) => id === member)?.component ?? ''
    const polls = this.#polls.all(Date.now(), componentOf)
    const parts = {
      who: fitting(() => whoOf(status)),
      ports: fitting(
        () => ports,
        () => ports.map((port) => ({ ...port, peers: [] })),
      ),
      groups: fitting(
        () => placesOf(status),
        () => placesOf(status).map((place) => ({ ...place, members: [], observers: [] })),
      ),
      polls: fitting(
        () => polls,
        () => polls.map((poll) => ({ ...poll, topic: null })),
      ),
      commands: fitting(
        () => commandsOf(outline),
        () => withoutSchema(commandsOf(outline)),
      ),
      properties: fitting(
        () => propertiesOf(outline),
        () => withoutSchema(propertiesOf(outline)),
      ),
      counters: fitting(
        () => countersOf(status, outline, lag),
        () => countersOf(status, bare, lag),
      ),
    }
    return {
      body: Object.fromEntries(Object.entries(parts).flatMap(([name, text]) => this.#news(name, text))),
    }
  }

  /** What is no news is left out. */
  #news(name: string, text: string | undefined): [string, unknown][] {
    if (text === undefined || this.#told.get(name) === text) return []
    this.#told.set(name, text)
    return [[name, JSON.parse(text)]]
  }
}
