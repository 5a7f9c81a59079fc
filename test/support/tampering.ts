/** Bytes as somebody sends them who means harm: real ones that were tampered with. */
import { expect } from 'chai'
import { Chance } from './chance.js'

/** Bytes that mean something somewhere. */
const EDGES = [0x00, 0x01, 0x02, 0x7f, 0x80, 0xff] as const
/** What hangs takes longer; what the machine does meanwhile does not. */
const SLOWEST_MS = 2000

/** One of these, tampered with some times. */
export function tampered(chance: Chance, from: readonly Buffer[]): Buffer {
  let bytes: Buffer = Buffer.from(from[chance.below(from.length)] ?? [])
  for (let times = 1 + chance.below(4); times > 0; times--) bytes = tamperedOnce(bytes, chance, from)
  return bytes
}

/** Cut, lengthened, mixed with one of the others, or with a byte or bit changed; it may be done in place. */
export function tamperedOnce(bytes: Buffer, chance: Chance, others: readonly Buffer[]): Buffer {
  const at = chance.below(bytes.length + 1)
  const to = at + chance.below(bytes.length - at + 1)
  const other = others[chance.below(others.length)] ?? bytes
  switch (chance.below(8)) {
    case 0:
      return bytes.subarray(0, at)
    case 1:
      return Buffer.concat([bytes.subarray(0, at), chance.bytes(1 + chance.below(4)), bytes.subarray(at)])
    case 2:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(to)])
    case 3:
      return Buffer.concat([bytes.subarray(0, to), bytes.subarray(at)])
    case 4:
      return Buffer.concat([bytes.subarray(0, at), other.subarray(chance.below(other.length + 1))])
    case 5:
      bytes[at] = chance.below(256)
      return bytes
    case 6:
      bytes[at] = chance.pick(EDGES)
      return bytes
    default:
      bytes[at] = (bytes[at] ?? 0) ^ (1 << chance.below(8))
      return bytes
  }
}

/** Runs `attempt` so often; fails with the number of the run and its seed. Gives how many were true. */
export function fuzzed(seed: number, count: number, attempt: (chance: Chance) => unknown): number {
  let slowest = 0
  let taken = 0
  for (let run = 0; run < count; run++) {
    const chance = new Chance(seed + run)
    const startMs = performance.now()
    try {
      if (attempt(chance) === true) taken++
    } catch (cause) {
      throw new Error(`run ${run}: QUORATE_FUZZ_SEED=${seed + run} brings it as the first`, { cause })
    }
    slowest = Math.max(slowest, performance.now() - startMs)
  }
  expect(slowest).to.be.below(SLOWEST_MS)
  return taken
}
