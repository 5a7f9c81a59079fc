/** What JSON Schemas tell of arguments. They came over the network: nothing is taken for granted. */
import { typed } from './line.js'

/** The members of an object, by name; none of what is no object. */
export function membersOf(schema: object | undefined): Readonly<Record<string, unknown>> {
  const members = schema && 'properties' in schema ? schema.properties : undefined
  return typeof members === 'object' && members !== null ? { ...members } : {}
}

/** The values that a schema names, as they are typed; none where it names none, or nobody can type them. */
export function valuesOf(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  if ('enum' in schema && Array.isArray(schema.enum))
    return schema.enum.flatMap((value) => typed(value) ?? [])
  return 'type' in schema && schema.type === 'boolean' ? ['true', 'false'] : []
}
