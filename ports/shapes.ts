/**
 * Readers for maps whose keys come again and again in one order, as those of a message type do. Such a reader
 * compares the keys as bytes and makes the object in one go, which is what makes decoding fast. It is
 * compiled from the keys; so only plain identifiers get one, only after the shape has been seen often, and
 * only so many in all.
 */

/** Reads a value at the current position. */
export type ReadValue = () => unknown
/** Passes over a key if it is the one expected; else throws MISMATCH. */
export type MatchKey = (key: Uint8Array) => void
export type ReadMap = () => object

/** Thrown where a map has other keys than the shape; the caller starts it again. */
export const MISMATCH = new Error('another shape')

/** Times that a shape is seen before it is compiled. */
const WORTH_COMPILING = 32
/** Readers that one process compiles at most. */
const MAX_COMPILED = 512
/** Keys of a shape, at most. */
const MAX_KEYS = 64
const SLOTS = 256
const IDENTIFIER = /^[A-Za-z_$][\w$]{0,30}$/

interface Shape {
  readonly keys: readonly string[]
  seen: number
  read: ReadMap | undefined
}

export class Shapes {
  readonly #readValue: ReadValue
  readonly #matchKey: MatchKey
  readonly #slots: (Shape | undefined)[] = new Array(SLOTS).fill(undefined)
  /** By their keys, so that a shape that lost its place comes back at no cost. */
  readonly #compiled = new Map<string, ReadMap>()

  constructor(readValue: ReadValue, matchKey: MatchKey) {
    this.#readValue = readValue
    this.#matchKey = matchKey
  }

  /** The reader that may fit a map of `count` keys whose first begins with the bytes `first` and `second`. */
  reader(count: number, first: number, second: number): ReadMap | undefined {
    const shape = this.#slots[slotOf(count, first, second)]
    return shape && shape.keys.length === count ? shape.read : undefined
  }

  /** Tells of a map that was read without a reader. */
  saw(keys: readonly string[], first: number, second: number): void {
    if (keys.length === 0 || keys.length > MAX_KEYS) return
    const slot = slotOf(keys.length, first, second)
    const shape = this.#slots[slot]
    if (!shape || !isSame(shape.keys, keys)) {
      // A shape that is in use yields its place only slowly, so that a stranger does not undo it.
      if (shape && --shape.seen > 0) return
      this.#slots[slot] = { keys, seen: 1, read: undefined }
    } else if (!shape.read && ++shape.seen >= WORTH_COMPILING) shape.read = this.#compile(keys)
  }

  #compile(keys: readonly string[]): ReadMap | undefined {
    if (new Set(keys).size < keys.length || !keys.every((key) => IDENTIFIER.test(key))) return undefined
    // No identifier holds a space.
    const name = keys.join(' ')
    const known = this.#compiled.get(name)
    if (known || this.#compiled.size >= MAX_COMPILED) return known
    const encoded = keys.map((_, index) => `key${index}`)
    const members = keys.map((key, index) => `${JSON.stringify(key)}: (match(key${index}), value())`)
    try {
      const make = new Function('match', 'value', ...encoded, `return () => ({ ${members.join(', ')} })`)
      const read: ReadMap = make(this.#matchKey, this.#readValue, ...keys.map(encodeKey))
      this.#compiled.set(name, read)
      return read
    } catch {
      // Node was told to compile nothing from strings: then maps are read key by key.
      return undefined
    }
  }
}

function slotOf(count: number, first: number, second: number): number {
  return (Math.imul(count, 37) ^ Math.imul(first, 11) ^ second) & (SLOTS - 1)
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((key, index) => key === others[index])
}

/** As MessagePack has it: an identifier of at most 31 bytes is a fixstr. */
function encodeKey(key: string): Uint8Array {
  return Uint8Array.of(0xa0 | key.length, ...Buffer.from(key, 'latin1'))
}
