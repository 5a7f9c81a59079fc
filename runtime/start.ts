/**
 * Starts one actor of an app in this process: what the launcher's child does, and what a program may do by
 * itself.
 */

import {
  type Discovery,
  DiscoveryError,
  type InterfaceChoice,
  mdnsDiscovery,
  staticDiscovery,
} from '../discovery/index.js'
import { createSockets } from '../ports/index.js'
import { Actor } from './actor.js'
import type { AppDefinition } from './app.js'
import type { Component } from './component.js'
import type { Controls } from './control/controls.js'
import type { Door } from './control/door.js'
import type { MetricsSink } from './control/metrics.js'
import type { Supervision } from './control/supervision.js'
import { AppError } from './errors.js'
import type { EventSink } from './events.js'
import type { SeatsHere } from './groups/group-place.js'
import { seatsGiven } from './groups/seats-given.js'
import { seatsIn } from './groups/seats-text.js'
import type { Guard } from './guard.js'
import type { LimitEvent } from './hook-events.js'
import { KeyWatch } from './key-watch.js'
import type { Stoppable } from './lifetime.js'
import { ownInterface } from './own-interface.js'
import { type KeyOptions, type OwnKeys, ownKeys } from './own-keys.js'
import { resolveParams } from './params.js'
import { type ActorPlace, placeHere } from './place.js'
import { readableSink } from './readable-sink.js'

/** Options of `startActor()`. */
export interface StartOptions extends KeyOptions {
  /** Parameters of the actor; texts are converted. */
  readonly params?: Readonly<Record<string, unknown>>
  /** `mdns`, `static:host:port,host:port,…`, or a Discovery of your own. Default `mdns`. */
  readonly discovery?: string | Discovery
  /**
   * Name or IPv4 address of the network interface. Default QUORATE_INTERFACE, else that of the LAN (of the
   * default route, or the first there is); loopback where there is none, and for an app whose groups elect
   * where nobody says which `seats` are on this host.
   */
  readonly interface?: string
  /** TCP port of the directory; a free one unless told. */
  readonly directoryPort?: number
  /**
   * Which seats of its groups are on this host, from 0 up to 2 × quorum − 2, each on one host of the network:
   * `[0, 1]` of every group, or by name: `{ 'Cell.north': [0], Plant: [1] }`. Default QUORATE_SEATS
   * (`0,1`, or `Cell.north=0 Plant=1`), else on loopback all, and on a network none is known.
   */
  readonly seats?: SeatsHere
  /** Where events go; readable lines on standard error unless told. */
  readonly sink?: EventSink
  /** Of pino: trace, debug, info, warn, error. */
  readonly logLevel?: string
  /** By which others command it: `rpcDoor()` of `quorate/control`, or your own. None unless told. */
  readonly doors?: readonly Door[]
  /** As one of them, for those whose key says that they may command; opened when the first of them asks. */
  readonly operators?: Door
  /** The way to the agent that watches over this process; none unless told. */
  readonly supervision?: Supervision
  /** Where what components report goes; nowhere unless told. */
  readonly metrics?: MetricsSink
  /** Called with the actor before it starts, so that a signal that comes early finds it. */
  readonly onStarting?: (actor: Stoppable) => void
}

/** An actor that was started in this process. */
export interface RunningActor {
  /** 16 hex characters, new at each start. */
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
  const { definition, params } = resolveActor(app, name, options.params)
  const seats = seatsGiven(options.seats) ?? seatsIn(process.env.QUORATE_SEATS)
  const wanted = options.interface || process.env.QUORATE_INTERFACE
  const { choice, told } = ownInterface(app, wanted, seats)
  const own = await ownKeys(app.name, name, options, choice.address)
  const place = placeHere(app.name, own.keys, seats, own.from?.folder)
  let actor: Actor | undefined
  const onAddress = (host: string): void => void actor?.moved(host)
  const discovery = discoveryOf(options.discovery ?? 'mdns', choice, { onAddress, guard: place.guard })
  const { sink = readableSink(process.stderr), logLevel = 'info', directoryPort = 0 } = options
  const events = { sink, logLevel }
  const { doors, operators, supervision, metrics } = options
  const where = {
    ...{ doors, operators, supervision, metrics },
    told: [told, own.told].flatMap((text) => text ?? []),
    place,
    discovery,
    host: choice.address,
    directoryPort,
  }
  actor = new Actor({ app, name, definition, params, ...where, ...events })
  options.onStarting?.(actor)
  try {
    await actor.start()
    await watchKeys(app.name, actor, own, place.guard)
  } catch (error) {
    actor.abandon()
    // What failed first is what is told.
    await discovery.stop().catch(() => undefined)
    throw error
  }
  return actor
}

/** What is changed in the key folder is in force while the actor runs. */
async function watchKeys(
  app: string,
  actor: Actor,
  { keys, from }: OwnKeys,
  guard: Guard | undefined,
): Promise<void> {
  if (!keys || !from || !guard) return
  const watch = new KeyWatch({
    ...{ app, actor: actor.name, keys, ...from },
    changed: (now) => actor.renewals.to(now),
    failed: (error) => actor.renewals.failed(error),
    endsSoon: (certificate, endS) => actor.renewals.endsSoon(actor.name, certificate, endS),
  })
  guard.watchedBy(watch)
  await watch.open()
}

/** The definition of an actor, and its parameters. @throws AppError `unknown-actor`, `bad-parameter`. */
function resolveActor(app: AppDefinition, name: string, given: StartOptions['params'] = {}) {
  const definition = Object.hasOwn(app.actors, name) ? app.actors[name] : undefined
  if (!definition) {
    const known = Object.keys(app.actors).join(', ')
    throw new AppError(
      'unknown-actor',
      `the app ${app.name} has no actor ${JSON.stringify(name)}; it has ${known}`,
    )
  }
  return { definition, params: resolveParams(definition.params, given, `actor ${name}`) }
}

/** An actor in a place that is given to it, as the test kit makes them: not started yet. */
export interface PlacedActor extends RunningActor {
  /** Resolves and rejects as startActor() does. */
  start(): Promise<void>
  /** Its components by name; none before the start. */
  readonly components: ReadonlyMap<string, Component<object>>
  /** What others may have it do, and what happens to it. */
  readonly controls: Controls
  /** Its components hear that it uses much of what it may; resolves when they have. Never rejects. */
  limit(event: LimitEvent): Promise<void>
  /** Ends at once: without hooks, and without waiting for anything to leave. */
  kill(): void
}

/** Options of an actor that is placed by hand. For test kits. */
export interface PlacedOptions {
  /** Parameters of the actor; texts are converted. */
  readonly params?: StartOptions['params']
  /** Its sockets, and who it is. */
  readonly place: ActorPlace
  /** Of this actor alone, which starts and stops it. */
  readonly discovery: Discovery
  /** Address that global ports and the directory bind. */
  readonly host: string
  /** Where its events go. */
  readonly sink: EventSink
  /** Of pino: trace, debug, info, warn, error. Default `info`. */
  readonly logLevel?: string
  /** As those of startActor(). */
  readonly doors?: StartOptions['doors']
  /** As that of startActor(). */
  readonly operators?: StartOptions['operators']
}

/** Makes an actor in another place than this machine. @throws AppError `unknown-actor`, `bad-parameter`. */
export function placeActor(app: AppDefinition, name: string, options: PlacedOptions): PlacedActor {
  const { definition, params } = resolveActor(app, name, options.params)
  const { place, discovery, host, sink, logLevel = 'info', doors, operators } = options
  const where = { place, discovery, host, directoryPort: 0, doors, operators }
  return new Actor({ app, name, definition, params, ...where, sink, logLevel })
}

const STATIC = 'static:'

export interface DiscoveryNeeds {
  /** Told when the interface has another address. */
  readonly onAddress?: (host: string) => void
  /** With keys: believes none but those that its app vouches for. */
  readonly guard?: Pick<Guard, 'verify' | 'introduction' | 'lock'> | undefined
}

/**
 * The discovery that a text names, as `StartOptions.discovery` says. @throws DiscoveryError `bad-address`;
 * AppError `bad-parameter` for an unknown kind.
 */
export function discoveryOf(
  wanted: string | Discovery,
  choice: InterfaceChoice,
  { onAddress, guard }: DiscoveryNeeds = {},
): Discovery {
  if (typeof wanted !== 'string') return wanted
  if (wanted === 'mdns') {
    return mdnsDiscovery({
      interface: choice.name,
      verify: guard?.verify,
      onAddress: (host) => host && onAddress?.(host),
    })
  }
  if (wanted.startsWith(STATIC)) {
    const directories = wanted.slice(STATIC.length).split(',').filter(Boolean)
    return staticDiscovery({
      directories,
      verify: guard?.verify,
      introduction: guard?.introduction,
      sockets: createSockets(guard?.lock),
    })
  }
  throw new DiscoveryError(
    'bad-address',
    `there is no discovery ${JSON.stringify(wanted)}; give mdns or static:host:port,…`,
  )
}
