/**
 * Values for parameters that have no default and were not given. To draw an app nobody should have to know
 * them, and few components look at more than their type when they are made.
 */
import type { ActorDefinition } from '../../../runtime/index.js'

export interface StandIns {
  readonly params: Readonly<Record<string, unknown>>
  /** The parameters that a value was made up for. */
  readonly assumed: readonly string[]
}

/** A number is 1, of which a period can be made; a text is the name of its parameter. */
export function withStandIns(
  { params: declared }: ActorDefinition,
  given: Readonly<Record<string, unknown>>,
): StandIns {
  const params: Record<string, unknown> = {}
  const assumed: string[] = []
  for (const [name, { type, fallback }] of Object.entries(declared)) {
    if (given[name] !== undefined) params[name] = given[name]
    else if (fallback === undefined) {
      params[name] = type === 'number' ? 1 : type === 'boolean' ? false : name
      assumed.push(name)
    }
  }
  return { params, assumed }
}
