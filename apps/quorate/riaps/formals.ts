/**
 * The types of parameters. RIAPS has none: a value is what it looks like. Here each has that of its default,
 * of what it is given, or of what is made of it.
 */
import type { AppModel, Value } from './model.js'

export type ValueType = 'number' | 'string' | 'boolean'

export interface ParamTypes {
  /** Of `Component.formal`; several where it is given several. */
  readonly components: ReadonlyMap<string, readonly ValueType[]>
  /** Of `Actor.formal`. */
  readonly actors: ReadonlyMap<string, ValueType>
  /** Parameters of actors of which nothing tells a type: texts. */
  readonly guessed: readonly string[]
}

export function paramTypes(app: AppModel): ParamTypes {
  const components = new Map<string, Set<ValueType>>()
  const actors = new Map<string, Set<ValueType>>()
  const of = (map: Map<string, Set<ValueType>>, path: string): Set<ValueType> => {
    const known = map.get(path) ?? new Set()
    map.set(path, known)
    return known
  }
  for (const { name, formals } of app.components) {
    for (const formal of formals) note(of(components, `${name}.${formal.name}`), formal.fallback)
  }
  const links: {
    readonly inner: Set<ValueType>
    readonly outer: Set<ValueType>
    readonly isFixed: boolean
  }[] = []
  for (const { name, formals, instances } of app.actors) {
    for (const formal of formals) note(of(actors, `${name}.${formal.name}`), formal.fallback)
    for (const { type, actuals } of instances) {
      for (const actual of actuals) {
        const inner = of(components, `${type.name}.${actual.name}`)
        note(inner, actual.value)
        if (!actual.param) continue
        const outer = of(actors, `${name}.${actual.param.name}`)
        links.push({ inner, outer, isFixed: outer.size > 0 })
      }
    }
  }
  // An actor's parameter without a default is what the components want; these get what actors have.
  for (const { inner, outer, isFixed } of links) {
    const [first] = inner
    if (!isFixed && outer.size === 0 && first) outer.add(first)
  }
  const guessed = [...actors].flatMap(([path, types]) => (types.size === 0 ? [path] : []))
  for (const path of guessed) actors.get(path)?.add('string')
  for (const { inner, outer } of links) for (const type of outer) inner.add(type)
  return {
    components: new Map([...components].map(([path, types]) => [path, ofAll(types)])),
    actors: new Map([...actors].map(([path, [type = 'string']]) => [path, type])),
    guessed,
  }
}

function ofAll(types: ReadonlySet<ValueType>): ValueType[] {
  return types.size > 0 ? [...types].sort() : ['string']
}

function note(types: Set<ValueType>, value: Value | undefined): void {
  if (value !== undefined) types.add(typeOf(value))
}

export function typeOf(value: Value): ValueType {
  if (typeof value === 'number') return 'number'
  return typeof value === 'boolean' ? 'boolean' : 'string'
}
