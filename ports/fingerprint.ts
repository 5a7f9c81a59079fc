/**
 * The fingerprint of a message type: 16 hex characters that are equal where two programs mean the same by it.
 *
 *     SHA-256( name LF "schema"  LF canonical JSON Schema of the input )   where the schema offers one, else
 *     SHA-256( name LF "version" LF version )                              its first 8 bytes, in hex
 *
 * The input side is hashed because that is what travels. Annotations (titles, descriptions, defaults) and the
 * order of keys do not count. Unequal fingerprints say nothing yet: `compatibility.ts` then compares the
 * schemas.
 */
import { createHash } from 'node:crypto'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { isPrototypeKey, KEY_BYTES } from './inspect.js'
import { canonicalSchema, isRecord, type JsonSchema } from './json-schema.js'

/** Characters of canonical JSON up to which a schema is announced; beyond, only its fingerprint is. */
export const KEPT_SCHEMA_CHARS = 32 * 1024

/** Arrays and objects within each other up to which it is: what announces it has to pass a peer's bound. */
export const KEPT_SCHEMA_DEPTH = 48

export interface TypeIdentity {
  /** 16 hex characters. */
  readonly fingerprint: string
  /** The canonical JSON Schema of what travels; undefined where there is none that can be announced. */
  readonly jsonSchema: JsonSchema | undefined
}

/** The identity of the message type `name`. Never throws, whatever the schema's JSON Schema does. */
export function identityOf(
  name: string,
  schema: StandardSchemaV1 | undefined,
  version: string,
): TypeIdentity {
  const canonical = schema && canonicalInput(schema)
  if (!canonical) return { fingerprint: digest(`${name}\nversion\n${version}`), jsonSchema: undefined }
  const { text, jsonSchema } = canonical
  return {
    fingerprint: digest(`${name}\nschema\n${text}`),
    jsonSchema: isAnnounceable(text, jsonSchema) ? jsonSchema : undefined,
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

function canonicalInput(schema: StandardSchemaV1): { text: string; jsonSchema: JsonSchema } | undefined {
  try {
    const offered = offeredJsonSchema(schema['~standard'])
    // By way of text: what is left is plain JSON, and what has no place in it (cycles, bigints) throws here.
    const jsonSchema = canonicalSchema(JSON.parse(JSON.stringify(offered)))
    return isRecord(jsonSchema) ? { text: JSON.stringify(jsonSchema), jsonSchema } : undefined
  } catch {
    // The schema has a part that JSON Schema cannot express, as a date: then the version speaks for it.
    return undefined
  }
}

function offeredJsonSchema(standard: object): unknown {
  if (!('jsonSchema' in standard)) return undefined
  const converter = standard.jsonSchema
  if (typeof converter !== 'object' || converter === null || !('input' in converter)) return undefined
  // Called as the converter's method: it may use `this`.
  return typeof converter.input === 'function' ? converter.input({ target: 'draft-2020-12' }) : undefined
}

function isAnnounceable(text: string, jsonSchema: JsonSchema): boolean {
  return text.length <= KEPT_SCHEMA_CHARS && isWirable(jsonSchema, KEPT_SCHEMA_DEPTH)
}

/** No deeper than `depth`, and with no key that every decoder of quorate refuses. */
function isWirable(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  if (depth === 0) return false
  if (Array.isArray(value)) return value.every((member) => isWirable(member, depth - 1))
  return Object.entries(value).every(([key, member]) => isWirableKey(key) && isWirable(member, depth - 1))
}

function isWirableKey(key: string): boolean {
  return Buffer.byteLength(key) <= KEY_BYTES && !isPrototypeKey(key)
}
