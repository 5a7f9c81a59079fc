/**
 * The arguments of a command, which are one object here, and places and names with who calls by a hub: those
 * that come by their place have the names that the schema has, in its order.
 */
import type { CommandOutline } from '../../../runtime/index.js'
import { Failure } from '../client/exposed.js'

type Called = Pick<CommandOutline, 'name' | 'schema'>

/**
 * What the schema of the command is to check. One object is the arguments themselves.
 * @throws Failure `TypeError` for more than there is a place for.
 */
export function argumentsOf({ name, schema }: Called, args: readonly unknown[], named: object): unknown {
  const byName = Object.entries(named)
  const [first] = args
  const places = propertiesOf(schema).map(([property]) => property)
  const isWhole = args.length === 1 && (isObject(first) || places.length === 0)
  if (byName.length === 0 && (args.length === 0 || isWhole)) return first
  if (args.length > places.length) {
    throw new Failure('TypeError', `${name}() takes ${places.length} by their place, and got ${args.length}`)
  }
  const byPlace = args.map((value, at): [string, unknown] => [places[at] ?? '', value])
  const twice = byPlace.find(([place]) => byName.some(([other]) => other === place))
  if (twice) throw new Failure('TypeError', `${name}() got several values for ${twice[0]}`)
  return Object.fromEntries([...byPlace, ...byName])
}

/**
 * As `exposeMethods` of control-lab-ly tells it: of each its name, what it is unless told, which nobody knows
 * here, and its type.
 */
export function parametersOf({ schema }: Pick<Called, 'schema'>): object {
  const args = propertiesOf(schema).map(([name, property]) => [
    name,
    null,
    isObject(property) && 'type' in property ? String(property.type) : '',
  ])
  return args.length > 0 ? { parameters: { args } } : {}
}

function propertiesOf(schema: Called['schema']): [string, unknown][] {
  return isObject(schema?.properties) ? Object.entries(schema.properties) : []
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
