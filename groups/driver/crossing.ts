/**
 * What crosses between two threads at once. All bytes of it are copied into one piece of memory: a view would
 * take all of the memory that it is a part of with it. A large one is handed over, as is large memory that
 * bytes have for themselves.
 */
import { isUint8Array } from 'node:util/types'

/** What postMessage() takes. */
export interface Crossing<T> {
  readonly items: readonly T[]
  readonly transfer: ArrayBuffer[]
}

type Move = (bytes: Uint8Array) => Uint8Array

/** Memory from here on is handed over: less is copied sooner. */
const HANDED_OVER_BYTES = 16 * 1024

/** @param ownsParts whether memory that bytes have for themselves may be handed over. */
export function crossing<T extends object>(items: readonly T[], ownsParts: boolean): Crossing<T> {
  const transfer: ArrayBuffer[] = []
  let total = 0
  const isOwned = ({ buffer, byteLength }: Uint8Array): boolean =>
    ownsParts && byteLength >= HANDED_OVER_BYTES && byteLength === buffer.byteLength
  look(items, (bytes) => {
    const { buffer, byteLength } = bytes
    if (!isOwned(bytes)) total += byteLength
    else if (buffer instanceof ArrayBuffer && !transfer.includes(buffer)) transfer.push(buffer)
  })
  if (total === 0) return { items, transfer }
  const slab = new Uint8Array(total)
  let at = 0
  const move: Move = (bytes) => {
    if (isOwned(bytes)) return bytes
    slab.set(bytes, at)
    at += bytes.byteLength
    return slab.subarray(at - bytes.byteLength, at)
  }
  const moved = items.map((item) => withBytes(item, move))
  if (total >= HANDED_OVER_BYTES) transfer.push(slab.buffer)
  return { items: moved, transfer }
}

/** How many bytes are in what crosses. */
export function bytesIn(item: object): number {
  let total = 0
  look(item, ({ byteLength }) => {
    total += byteLength
  })
  return total
}

/** At all bytes. Most of what crosses has none: nothing is made for it. */
function look(item: unknown, at: (bytes: Uint8Array) => void): void {
  if (typeof item !== 'object' || item === null || item instanceof SharedArrayBuffer) return
  if (isUint8Array(item)) at(item)
  else if (Array.isArray(item)) for (const each of item) look(each, at)
  else if (isRecord(item)) for (const key in item) look(item[key], at)
}

function isRecord(item: object): item is Record<string, unknown> {
  return !Array.isArray(item)
}

/** The same with other bytes. */
function withBytes<T>(item: T, move: Move): T
function withBytes(item: unknown, move: Move): unknown {
  if (typeof item !== 'object' || item === null) return item
  if (isUint8Array(item)) return move(item)
  // The most frequent: messages of users.
  if ('parts' in item && Array.isArray(item.parts))
    return { ...item, parts: item.parts.map((part) => move(part)) }
  if (Array.isArray(item)) return item.map((each) => withBytes(each, move))
  // Shared by both threads, as a lease.
  if (item instanceof SharedArrayBuffer) return item
  const changed: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(item)) changed[key] = withBytes(value, move)
  return changed
}
