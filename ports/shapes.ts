/**
 * Readers for maps whose keys come again and again in one order, as those of a message type do. Such a reader
 * compares the keys as bytes and makes the object in one go, which is what makes decoding fast. It is
 * compiled from the keys; so only plain identifiers get one, only after the shape has been seen often, and
 * only so many in all. A map that has other keys is handed back at the first of them: nothing is read twice.
 */

/** How a reader reads what stands at the current position. */
export interface MapReading {
  value(): unknown
  /** Passes over a key if it is the one expected, and says whether it was. */
  match(key: Uint8Array): boolean
  /** Reads on where a map has another key than `shape`, behind these values, whose keys were those of it. */
  rest(shape: Shape, values: readonly unknown[]): object
}

export type ReadMap = (shape: Shape) => object

export interface Shape {
  readonly keys: readonly string[]
  readonly slot: number
  /** How often it was seen, up to WORTH_COMPILING, less how often others were in its place. */
  seen: number
  /** It was seen often enough to be compiled, and was if that can be. */
  isJudged: boolean
  read: ReadMap | undefined
}

/** Times that a shape is seen before it is compiled. */
const WORTH_COMPILING = 32
/** Readers that one process compiles at most. */
const MAX_COMPILED = 512
/** Keys of a shape, at most. */
const MAX_KEYS = 64
const SLOTS = 256
const IDENTIFIER = /^[A-Za-z_$][\w$]{0,30}$/

export class Shapes {
  readonly #reading: MapReading
  readonly #slots: (Shape | undefined)[] = new Array(SLOTS).fill(undefined)
  /** By their keys, so that a shape that lost its place comes back at no cost. */
  readonly #compiled = new Map<string, ReadMap>()

  constructor(reading: MapReading) {
    this.#reading = reading
  }

  /** The shape that a map of `count` keys in `slot` is likely to have. */
  likely(count: number, slot: number): Shape | undefined {
    const shape = this.#slots[slot]
    return shape && shape.keys.length === count ? shape : undefined
  }

  /** Tells of a map that was read without a reader, or not to its end. */
  saw(keys: readonly string[], slot: number): void {
    if (keys.length > MAX_KEYS) return
    const shape = this.#slots[slot]
    if (!shape || !isSame(shape.keys, keys)) {
      // A shape that is in use yields its place only slowly, so that a stranger does not undo it.
      if (shape && --shape.seen > 0) return
      this.#slots[slot] = { keys, slot, seen: 1, isJudged: false, read: undefined }
    } else if (!shape.isJudged && ++shape.seen === WORTH_COMPILING) {
      shape.isJudged = true
      shape.read = this.#compile(keys)
    }
  }

  #compile(keys: readonly string[]): ReadMap | undefined {
    if (new Set(keys).size < keys.length || !keys.every((key) => IDENTIFIER.test(key))) return undefined
    // No identifier holds a space.
    const name = keys.join(' ')
    const known = this.#compiled.get(name)
    if (known || this.#compiled.size >= MAX_COMPILED) return known
    const encoded = keys.map((_, index) => `key${index}`)
    try {
      const make = new Function('value', 'match', 'rest', ...encoded, sourceFor(keys))
      const { value, match, rest } = this.#reading
      const read: ReadMap = make(value, match, rest, ...keys.map(encodeKey))
      this.#compiled.set(name, read)
      return read
    } catch {
      // Node was told to compile nothing from strings: then maps are read key by key.
      return undefined
    }
  }
}

/** A map that fits makes its shape as hard to drive out as it was when it was compiled. */
function sourceFor(keys: readonly string[]): string {
  const values = keys.map((_, index) => `value${index}`)
  const steps = values.map(
    (name, index) =>
      `if (!match(key${index})) return rest(shape, [${values.slice(0, index)}]); const ${name} = value();`,
  )
  const members = keys.map((key, index) => `${JSON.stringify(key)}: value${index}`)
  return `return (shape) => { ${steps.join(' ')} shape.seen = ${WORTH_COMPILING}; return { ${members} } }`
}

/** Where the shape of a map of `count` keys is kept, the first of which begins with these two bytes. */
export function slotOf(count: number, first: number, second: number): number {
  return (Math.imul(count, 37) ^ Math.imul(first, 11) ^ second) & (SLOTS - 1)
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((key, index) => key === others[index])
}

/** As MessagePack has it: an identifier of at most 31 bytes is a fixstr. */
function encodeKey(key: string): Uint8Array {
  return Uint8Array.of(0xa0 | key.length, ...Buffer.from(key, 'latin1'))
}
