/** What an actor is started with. */
import type { Discovery } from '../discovery/index.js'
import type { ActorDefinition, AppDefinition } from './app.js'
import type { Door } from './control/door.js'
import type { MetricsSink } from './control/metrics.js'
import type { Supervision } from './control/supervision.js'
import type { EventSink } from './events.js'
import type { ActorPlace } from './place.js'

export interface ActorOptions {
  readonly app: AppDefinition
  readonly name: string
  readonly definition: ActorDefinition
  /** Resolved by resolveParams(). */
  readonly params: Readonly<Record<string, unknown>>
  readonly discovery: Discovery
  readonly place: ActorPlace
  /** Address that global ports and the directory bind. */
  readonly host: string
  readonly directoryPort: number
  readonly sink: EventSink
  readonly logLevel: string
  /** By which others command it; opened when it starts. */
  readonly doors?: readonly Door[] | undefined
  /** As one of them, opened when somebody asks; it lets in who may command. Only with keys. */
  readonly operators?: Door | undefined
  /** The way to who watches over its process. */
  readonly supervision?: Supervision | undefined
  /** Where what components report goes. */
  readonly metrics?: MetricsSink | undefined
  /** What whoever starts it should know. */
  readonly told?: readonly string[] | undefined
}
