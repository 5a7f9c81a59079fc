/**
 * The components of an actor as its definition names them: `[Class, parameters]`, or the class alone. The
 * types of app() let nothing else through; plain JavaScript may write anything.
 */
import type { ActorDefinition, ComponentType } from './app.js'
import { Component } from './component.js'
import { AppError } from './errors.js'

export interface NamedEntry {
  readonly name: string
  readonly type: ComponentType<object>
  readonly params: object
}

const NAME = /^[A-Za-z_$][\w$-]{0,63}$/

/** @throws AppError `bad-app` for what names no component; whatever the definition's function throws. */
export function entriesOf(
  definition: ActorDefinition,
  params: Readonly<Record<string, unknown>>,
  actor: string,
): NamedEntry[] {
  const made: unknown = definition.components(params)
  if (!isObject(made)) {
    throw new AppError('bad-app', `components of actor ${actor} gave no object; ${EXAMPLE}`)
  }
  const entries = Object.entries(made).map(([name, entry]) => readEntry(name, entry, actor))
  if (entries.length > 0) return entries
  throw new AppError('bad-app', `the actor ${actor} has no components; ${EXAMPLE}`)
}

const EXAMPLE = 'write: components: (p) => ({ meter: [Meter, { period: p.period }], display: Display })'

function readEntry(name: string, entry: unknown, actor: string): NamedEntry {
  if (!NAME.test(name)) throw new AppError('bad-app', `${JSON.stringify(name)} is no name for a component`)
  const [type, params = {}, ...more]: unknown[] = Array.isArray(entry) ? entry : [entry]
  if (isComponentClass(type) && isObject(params) && more.length === 0) return { name, type, params }
  const what = isComponentClass(type)
    ? 'has parameters that are no object'
    : typeof type === 'function'
      ? `names ${type.name || 'a function'}, which does not extend Component`
      : 'names no class'
  throw new AppError('bad-app', `component ${name} of actor ${actor} ${what}; ${EXAMPLE}`)
}

function isComponentClass(value: unknown): value is ComponentType<object> {
  return typeof value === 'function' && value.prototype instanceof Component
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
