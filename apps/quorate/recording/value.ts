/**
 * Values of messages as JSON and back, the same value for every one that travels. What JSON cannot hold goes
 * into an object with one field:
 *
 *   { "$bytes": "<base64>" }   { "$bigint": "123" }   { "$number": "NaN" | "Infinity" | "-Infinity" | "-0" }
 *   { "$undefined": true }     { "$object": { … } }   a map with one field that begins with $
 */

/** What JSON.stringify() takes. */
export function toJson(value: unknown): unknown {
  if (typeof value === 'bigint') return { $bigint: String(value) }
  if (value === undefined) return { $undefined: true }
  if (typeof value === 'number')
    return isPlain(value) ? value : { $number: Object.is(value, -0) ? '-0' : `${value}` }
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Uint8Array) {
    const { buffer, byteOffset, byteLength } = value
    return { $bytes: Buffer.from(buffer, byteOffset, byteLength).toString('base64') }
  }
  if (Array.isArray(value)) return value.map(toJson)
  const object = Object.fromEntries(Object.entries(value).map(([key, each]) => [key, toJson(each)]))
  return markOf(object) === undefined ? object : { $object: object }
}

/** @throws Error for what toJson() does not make. */
export function fromJson(json: unknown): unknown {
  if (typeof json !== 'object' || json === null) return json
  if (Array.isArray(json)) return json.map(fromJson)
  const mark = markOf(json)
  if (mark === undefined) return mapped(json)
  const held: unknown = Reflect.get(json, mark)
  const read = READERS[mark]
  if (!read) throw new Error(`there is no ${mark}`)
  return read(held)
}

const NUMBERS: readonly unknown[] = ['NaN', 'Infinity', '-Infinity', '-0']

const READERS: Readonly<Record<string, (held: unknown) => unknown>> = {
  $bytes: (held) => Buffer.from(text(held), 'base64'),
  $bigint: (held) => BigInt(text(held)),
  $number: (held) => {
    if (!NUMBERS.includes(held)) throw new Error('a $number is none of those that JSON lacks')
    return Number(held)
  },
  $undefined: () => undefined,
  $object: (held) => {
    if (typeof held !== 'object' || held === null) throw new Error('an $object is none')
    return mapped(held)
  },
}

function mapped(json: object): object {
  return Object.fromEntries(Object.entries(json).map(([key, each]) => [key, fromJson(each)]))
}

function text(held: unknown): string {
  if (typeof held === 'string') return held
  throw new Error('what should be a text is none')
}

function isPlain(value: number): boolean {
  return Number.isFinite(value) && !Object.is(value, -0)
}

/** Its only field, where that begins with `$`. */
function markOf(object: object): string | undefined {
  const [key, ...others] = Object.keys(object)
  return key?.startsWith('$') && others.length === 0 ? key : undefined
}
