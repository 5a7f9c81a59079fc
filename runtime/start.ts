/**
 * Starts one actor of an app in this process: what the launcher's child does, and what a program may do by
 * itself.
 */
import {
  chooseInterface,
  type Discovery,
  DiscoveryError,
  type InterfaceChoice,
  mdnsDiscovery,
  staticDiscovery,
} from '../discovery/index.js'
import { createSockets } from '../ports/index.js'
import { Actor } from './actor.js'
import type { AppDefinition } from './app.js'
import { AppError } from './errors.js'
import { readableSink } from './event-text.js'
import type { EventSink } from './events.js'
import type { Stoppable } from './lifetime.js'
import { resolveParams } from './params.js'

export interface StartOptions {
  /** Parameters of the actor; texts are converted. */
  readonly params?: Readonly<Record<string, unknown>>
  /** `mdns`, `static:host:port,host:port,…`, or a Discovery of your own. Default `mdns`. */
  readonly discovery?: string | Discovery
  /** Name or IPv4 address of the network interface. Default QUORATE_INTERFACE, else loopback. */
  readonly interface?: string
  /** TCP port of the directory; a free one unless told. */
  readonly directoryPort?: number
  /** Where events go; readable lines on standard error unless told. */
  readonly sink?: EventSink
  /** Of pino: trace, debug, info, warn, error. */
  readonly logLevel?: string
  /** Called with the actor before it starts, so that a signal that comes early finds it. */
  readonly onStarting?: (actor: Stoppable) => void
}

export interface RunningActor {
  readonly id: string
  /** Where its directory listens, `host:port`: what static discovery of others is given. */
  readonly directory: string
  /** Ends it gracefully: deactivates, flushes, says goodbye. */
  stop(): Promise<void>
}

/**
 * Starts an actor; resolves when it is ready: its ports are open, it is announced, its components are active.
 * @throws AppError `unknown-actor`, `bad-parameter`, `bad-app`, `bad-port`, `message-conflict`,
 * `not-activated`; DiscoveryError `no-interface`, `directory-in-use`; PortError `address-in-use`; whatever a
 * constructor of a component throws.
 */
export async function startActor(
  app: AppDefinition,
  name: string,
  options: StartOptions = {},
): Promise<RunningActor> {
  const definition = Object.hasOwn(app.actors, name) ? app.actors[name] : undefined
  if (!definition) {
    const known = Object.keys(app.actors).join(', ')
    throw new AppError(
      'unknown-actor',
      `the app ${app.name} has no actor ${JSON.stringify(name)}; it has ${known}`,
    )
  }
  const params = resolveParams(definition.params, options.params ?? {}, `actor ${name}`)
  const choice = chooseInterface(options.interface || process.env.QUORATE_INTERFACE)
  let actor: Actor | undefined
  const discovery = discoveryOf(options.discovery ?? 'mdns', choice, (host) => actor?.moved(host))
  const { sink = readableSink(process.stderr), logLevel = 'info', directoryPort = 0 } = options
  const host = choice.address
  actor = new Actor({ app, name, definition, params, discovery, host, directoryPort, sink, logLevel })
  options.onStarting?.(actor)
  try {
    await actor.start()
  } catch (error) {
    actor.abandon()
    // What failed first is what is told.
    await discovery.stop().catch(() => undefined)
    throw error
  }
  return actor
}

const STATIC = 'static:'

/** @throws DiscoveryError `bad-address`; AppError `bad-parameter` for an unknown kind. */
export function discoveryOf(
  wanted: string | Discovery,
  choice: InterfaceChoice,
  onAddress?: (host: string) => void,
): Discovery {
  if (typeof wanted !== 'string') return wanted
  if (wanted === 'mdns') {
    return mdnsDiscovery({ interface: choice.name, onAddress: (host) => host && onAddress?.(host) })
  }
  if (wanted.startsWith(STATIC)) {
    const directories = wanted.slice(STATIC.length).split(',').filter(Boolean)
    return staticDiscovery({ directories, sockets: createSockets() })
  }
  throw new DiscoveryError(
    'bad-address',
    `there is no discovery ${JSON.stringify(wanted)}; give mdns or static:host:port,…`,
  )
}
