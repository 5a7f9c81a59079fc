/**
 * What an actor is made of, seen without starting it: its components are made as a start would make them, no
 * port is opened, and then they are left alone. For tools that show an app.
 */
import { pino } from 'pino'
import type { PortAd, TypeAd } from '../discovery/index.js'
import type { PortInfo } from '../ports/index.js'
import type { AppDefinition } from './app.js'
import { buildComponents } from './build.js'
import { AppError } from './errors.js'
import { adOf, listingOf } from './listing.js'
import { isNetworked } from './matching.js'

/** A port as it would be listed; without `ad` where it takes no part in matching, as a timer. */
export interface PortOutline {
  /** What the port tells of itself while it is not open: no address. */
  readonly info: PortInfo
  /** Names of its message types: none, one, or query and answer. */
  readonly messages: readonly string[]
  /** As it would be listed, but for the endpoint; undefined where it takes no part in matching. */
  readonly ad: PortAd | undefined
}

/** A component as it would be, seen without starting it. */
export interface ComponentOutline {
  /** Its name within the actor. */
  readonly name: string
  /** The name of its class. */
  readonly type: string
  /** In the order in which its class makes them. */
  readonly ports: readonly PortOutline[]
}

/** An actor as it would be, seen without starting it. */
export interface ActorOutline {
  /** Its name in the app. */
  readonly name: string
  /** In the order in which the app names them. */
  readonly components: readonly ComponentOutline[]
  /** The message types of its ports, each once. */
  readonly types: readonly TypeAd[]
}

/** Nobody is told who an actor is that does not run. */
const NO_ID = '0'.repeat(16)
/** Outlines of an app are of one host, so that ports of scope `local` reach each other. */
const HOST = 'host'

/**
 * The outline of one actor. In the scopes of its `ad`s the actor goes by its name.
 * @param params resolved by resolveParams().
 * @throws AppError `unknown-actor`, `bad-app`, `bad-port`, `message-conflict`; whatever a component's
 * constructor throws.
 */
export function outlineOf(
  app: AppDefinition,
  name: string,
  params: Readonly<Record<string, unknown>>,
): ActorOutline {
  const definition = Object.hasOwn(app.actors, name) ? app.actors[name] : undefined
  if (!definition) throw new AppError('unknown-actor', `the app ${app.name} has no actor ${name}`)
  const log = pino({ level: 'silent' })
  const built = buildComponents({ definition, params, app: app.name, actor: name, actorId: NO_ID, log })
  const components = built.map(({ name: component, component: made, ports }) => ({
    name: component,
    type: made.constructor.name,
    ports: ports.map((port) => ({
      info: port.info,
      messages: port.types.map((type) => type.name),
      ad: isNetworked(port) ? adOf(port, name, HOST) : undefined,
    })),
  }))
  const all = built.flatMap(({ ports }) => ports)
  return { name, components, types: listingOf(all, name, HOST).types }
}
