/**
 * The schema of a command with what it says to people. What is announced of messages is without, so that no
 * word decides whether two programs understand each other; a form of it needs the words.
 */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { JsonSchema } from '../../ports/index.js'

const WORDS = ['title', 'description', 'default', 'examples'] as const
/** Deeper ones are without. */
const DEPTH_MAX = 20

/** Never throws, whatever the JSON Schema of the schema does. */
export function annotated(
  announced: JsonSchema | undefined,
  schema: StandardSchemaV1 | undefined,
): JsonSchema | undefined {
  if (!announced || !schema) return announced
  try {
    return withWords(announced, JSON.parse(JSON.stringify(offeredBy(schema['~standard']))), 0)
  } catch {
    return announced
  }
}

/** As `ports/fingerprint.ts` asks for it. */
function offeredBy(standard: object): unknown {
  const converter: unknown = 'jsonSchema' in standard ? standard.jsonSchema : undefined
  if (!isObject(converter) || typeof converter.input !== 'function') return undefined
  return converter.input({ target: 'draft-2020-12' })
}

function withWords(schema: JsonSchema, offered: unknown, depth: number): JsonSchema {
  if (!isObject(offered) || depth > DEPTH_MAX) return schema
  const words = WORDS.filter((word) => offered[word] !== undefined).map((word) => [word, offered[word]])
  const within = (of: unknown, its: unknown): unknown => (isObject(of) ? withWords(of, its, depth + 1) : of)
  const { properties, items } = schema
  const named = isObject(offered.properties) ? offered.properties : {}
  return {
    ...schema,
    ...(isObject(properties) && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, each]) => [name, within(each, named[name])]),
      ),
    }),
    ...(isObject(items) && { items: within(items, offered.items) }),
    ...Object.fromEntries(words),
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
