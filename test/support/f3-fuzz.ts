/** Nonsense for a listener of F3: chance alone, golden frames with bytes changed, and frames that lie. */
import type { Chance } from './chance.js'
import { F3, frameBytes, PREFIX_BYTES, packed, parsedFrame, unpacked } from './f3-frames.js'
import { greeting } from './f3-peer.js'
import { session, vectors } from './f3-vectors.js'

const golden = [...vectors, ...session].map(({ bytes }) => bytes).filter(({ length }) => length < 1000)

/** Names that a reader who forgives much could find in these bytes. */
export function namesIn(bytes: Buffer): string[] {
  const names: string[] = []
  for (let at = 0; at + PREFIX_BYTES <= bytes.length; ) {
    const length = bytes.readUInt32BE(at)
    // What follows is read by nobody.
    if (length < PREFIX_BYTES || at + length > bytes.length) break
    const { type, payload } = parsedFrame(bytes.subarray(at, at + length))
    if (type === F3.HELLO || type === F3.READY) names.push(nameOf(payload))
    at += length
  }
  return names
}

function nameOf(payload: Buffer): string {
  try {
    return String(Object(unpacked(payload)).endpoint_name).trim()
  } catch {
    return ''
  }
}

export class Fuzz {
  readonly #chance: Chance

  constructor(chance: Chance) {
    this.#chance = chance
  }

  /** What one connection says. */
  bytes(): Buffer {
    const chance = this.#chance
    const kinds = [
      () => chance.bytes(1 + chance.below(6000)),
      () => this.#mutated(this.#stream()),
      () => Buffer.concat([this.#hello(), chance.bytes(chance.below(4000))]),
      () => Buffer.concat([this.#hello(), this.#mutated(this.#stream())]),
      () => Buffer.concat([this.#hello(), this.#lie()]),
      () => this.#lie(),
      () => Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(1 + chance.below(50))),
      () => Buffer.concat([Buffer.from('160301020001000100', 'hex'), chance.bytes(chance.below(2000))]),
    ] as const
    return kinds[chance.below(kinds.length)]?.() ?? Buffer.alloc(0)
  }

  #hello(): Buffer {
    const name = `fuzz-${this.#chance.below(10)}`
    return frameBytes(greeting(F3.HELLO, name, { mood: this.#chance.below(3) }))
  }

  /** Golden frames one after the other. */
  #stream(): Buffer {
    const count = 1 + this.#chance.below(40)
    return Buffer.concat(
      Array.from({ length: count }, () => this.#chance.pick([golden[0] ?? Buffer.of(), ...golden])),
    )
  }

  /** A frame that lies about its lengths, or whose payload announces more than there is. */
  #lie(): Buffer {
    const chance = this.#chance
    const type = chance.below(9)
    const payload = Buffer.concat([
      chance.pick([packed({ a: 1 }), Buffer.of(0xdf, 255, 255, 255, 255)]),
      chance.bytes(300),
    ])
    const length = chance.pick([0, 15, 16, 17, 316, 65_535, 2 ** 31 - 1, 2 ** 32 - 1])
    return frameBytes({ type, payload, length, headerLength: chance.below(65_536), appId: 123 })
  }

  #mutated(bytes: Buffer): Buffer {
    const chance = this.#chance
    for (let times = 1 + chance.below(20); times > 0; times--)
      bytes[chance.below(bytes.length)] = chance.below(256)
    return chance.below(3) === 0 ? bytes.subarray(0, chance.below(bytes.length)) : bytes
  }
}
