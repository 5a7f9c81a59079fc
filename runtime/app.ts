/**
 * What an app is made of: actors, each with parameters and components. `app()` and `actor()` check it where
 * it is written; the types let a component only be given the parameters that it declares.
 */
import { isAppName, type MessageType } from '../ports/index.js'
import type { Component } from './component.js'
import { AppError } from './errors.js'
import { type GroupTypes, namedGroupTypes } from './groups/group-type.js'
import { checkParams, checkSpellings, type ParamSet, type ParamValues } from './params.js'

/** A class of components that take these parameters. */
export type ComponentType<P extends object> = new () => Component<P>

/** A value as it may be written where a `T` is wanted: nobody changes it, so that `readonly` is no matter. */
export type AsWritten<T> = T extends (...args: never[]) => unknown
  ? T
  : T extends object
    ? { readonly [K in keyof T]: AsWritten<T[K]> }
    : T

/** A component class with its parameters; the class alone where it needs none. */
export type ComponentEntry<P extends object> =
  | readonly [type: ComponentType<P>, params: NoInfer<AsWritten<P>>]
  | (object extends P ? ComponentType<P> : never)

/**
 * What a component is given (`G`) has no key that its class does not declare (`P`). All parameters of the
 * actor may be handed on as they are: `[Meter, p]`.
 */
export type NoOtherParams<P, G, All> =
  | (new () => object)
  | readonly [
      type: unknown,
      params: G & ([All, G] extends [G, All] ? unknown : Never<Exclude<keyof G, keyof P>>),
    ]

type Never<Key extends PropertyKey> = { readonly [K in Key]: never }

/** The components of an actor by name, as the launcher makes them. */
export type ComponentEntries = Readonly<
  Record<string, readonly [type: ComponentType<object>, params: object] | ComponentType<object>>
>

type Named<T> = Readonly<Record<string, T>>

/**
 * `S`: parameters of the actor; `C` and `G`: those that its components declare, and are given. They have no
 * bounds, for a class without parameters would be out of them, and what is inferred for all others lost.
 */
export interface ActorSpec<S extends ParamSet, C, G = Named<unknown>> {
  /** Parameters of the actor: `{ Ts: number(100) }`. On the command line: `--Ts 50`. */
  readonly params?: S
  /** Message types that stay on this host. */
  readonly local?: readonly MessageType[]
  /** Message types that stay in this actor. */
  readonly internal?: readonly MessageType[]
  /** The components by name: `p => ({ sensor: [Sensor, { value: p.value }], display: Display })`. */
  components(params: ParamValues<S>): { readonly [K in keyof C]: ComponentEntry<C[K] & object> } & {
    readonly [K in keyof G]: NoOtherParams<K extends keyof C ? C[K] : unknown, G[K], ParamValues<S>>
  }
}

/** The parameters of an actor that declares none. */
export type NoParams = Readonly<Record<never, never>>

/** An actor as `actor()` made it: what `app()` takes under its name. */
export interface ActorDefinition {
  /** Its parameters by name, as they are declared. */
  readonly params: ParamSet
  /** Message types that stay on its host; none unless told. */
  readonly local: readonly MessageType[]
  /** Message types that stay in the actor; none unless told. */
  readonly internal: readonly MessageType[]
  /**
   * Its components by name, for values of its parameters that resolveParams() gave. Throws whatever the
   * function of the app throws.
   */
  components(params: Readonly<Record<string, unknown>>): ComponentEntries
}

const actors = new WeakSet<object>()

/** Defines an actor: one operating system process that hosts components. @throws AppError `bad-app`. */
export function actor<const C, const G, S extends ParamSet = NoParams>(
  spec: ActorSpec<S, C, G>,
): ActorDefinition {
  if (typeof spec?.components !== 'function') {
    throw new AppError('bad-app', 'an actor has no function `components`; write: components: (p) => ({ … })')
  }
  const { local = [], internal = [] } = spec
  const both = local.find(({ name }) => internal.some((other) => other.name === name))
  if (both) throw new AppError('bad-app', `the message ${both.name} is both local and internal; choose one`)
  const params: ParamSet = spec.params ?? {}
  checkParams(params)
  const definition = Object.freeze({
    params,
    local,
    internal,
    // The launcher gives what resolveParams() made of these very params.
    components: (params: Readonly<Record<string, unknown>>) => spec.components(params as ParamValues<S>),
  })
  actors.add(definition)
  return definition
}

/** What `app()` takes: the actors by name. */
export interface AppSpec {
  /** Any text, for people: what shows actors tells it. '' unless told. */
  readonly version?: string
  /** At least one. A name is a letter, and then up to 62 letters, digits, `_` and `-`. */
  readonly actors: Readonly<Record<string, ActorDefinition>>
  /**
   * Types of groups by name, as group() made them; their components join instances of them. None unless told.
   */
  readonly groups?: GroupTypes
}

/** An app as `app()` made it. */
export interface AppDefinition {
  /** Actors find those of an app of the same name, and no others. */
  readonly name: string
  /** For people; '' where the app tells none. Actors of all versions find each other. */
  readonly version: string
  /** Its actors by name; frozen. */
  readonly actors: Readonly<Record<string, ActorDefinition>>
  /** Its types of groups by name; frozen. */
  readonly groups: GroupTypes
}

const apps = new WeakSet<object>()

/**
 * Defines an app: the default export of an app file. @throws AppError `bad-app`; GroupError `bad-quorum`,
 * `bad-timing` with the rule that is broken.
 */
export function app(name: string, spec: AppSpec): AppDefinition {
  const { version = '', actors: named = {}, groups = {} } = spec ?? {}
  for (const each of [name, ...Object.keys(named), ...Object.keys(groups)]) {
    if (!isAppName(each)) {
      const hint = 'give a letter, then letters, digits, _ or -'
      throw new AppError('bad-app', `${JSON.stringify(each)} names no app, actor or group; ${hint}`)
    }
  }
  if (typeof version !== 'string') throw new AppError('bad-app', `the version of the app ${name} is no text`)
  if (Object.keys(named).length === 0) throw new AppError('bad-app', `the app ${name} has no actors`)
  for (const [each, definition] of Object.entries(named)) {
    if (actors.has(definition)) continue
    throw new AppError('bad-app', `${each} of the app ${name} is no actor; write: ${each}: actor({ … })`)
  }
  checkSpellings(Object.values(named).map(({ params }) => params))
  namedGroupTypes(name, groups)
  const definition = Object.freeze({
    ...{ name, version },
    actors: Object.freeze({ ...named }),
    groups: Object.freeze({ ...groups }),
  })
  apps.add(definition)
  return definition
}

/** True for what app() made. */
export function isApp(value: unknown): value is AppDefinition {
  return typeof value === 'object' && value !== null && apps.has(value)
}
