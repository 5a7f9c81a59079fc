/**
 * The 512 bytes that stand before a file in a tar archive, in the one form that a bundle has: a regular file
 * with no owner, no time, and nothing that could be said in two ways. Who receives a bundle knows from its
 * manifest which bytes these must be, and reads nothing else out of them.
 *
 *     0 name 100 │ mode 8 │ uid 8 │ gid 8 │ 124 size 12 │ mtime 12 │ 148 checksum 8 │ 156 type │ link 100
 *     257 "ustar\0" "00" │ owner 32 │ group 32 │ major 8 │ minor 8 │ 345 prefix 155
 */
import { createHash } from 'node:crypto'

export const BLOCK_BYTES = 512
/** Two blocks of nothing end an archive. */
export const TRAILER = Buffer.alloc(2 * BLOCK_BYTES)

const NAME_BYTES = 100
const PREFIX_BYTES = 155
const AT = { size: 124, checksum: 148, type: 156, magic: 257, major: 329, prefix: 345 } as const

/** The header of a file of so many bytes. */
export function headerOf(path: string, bytes: number): Buffer {
  const header = Buffer.alloc(BLOCK_BYTES)
  const [prefix, name] = splitName(path)
  header.write(name)
  // Mode, user and group; then size and time.
  header.write('0000600\x000000000\x000000000\0', NAME_BYTES, 'latin1')
  header.write(`${octal(bytes)}\0${octal(0)}\0`, AT.size, 'latin1')
  header.write('        0', AT.checksum, 'latin1')
  header.write('ustar\u000000', AT.magic, 'latin1')
  header.write('0000000\x000000000\0', AT.major, 'latin1')
  header.write(prefix, AT.prefix)
  const sum = header.reduce((all, byte) => all + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, AT.checksum, 'latin1')
  return header
}

/** The size that a header tells; undefined where that is none. */
export function sizeIn(header: Uint8Array): number | undefined {
  const [, digits] =
    /^([0-7]{11})\0/.exec(Buffer.from(header.subarray(AT.size)).toString('latin1', 0, 12)) ?? []
  return digits === undefined ? undefined : Number.parseInt(digits, 8)
}

/** Bytes that fill the last block of a file. */
export function paddingOf(bytes: number): number {
  return (BLOCK_BYTES - (bytes % BLOCK_BYTES)) % BLOCK_BYTES
}

/** A path that the two fields do not hold goes by its hash there: the manifest has it in full. */
function splitName(path: string): readonly [prefix: string, name: string] {
  if (Buffer.byteLength(path) <= NAME_BYTES) return ['', path]
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) {
    const [prefix, name] = [path.slice(0, at), path.slice(at + 1)]
    if (Buffer.byteLength(prefix) > PREFIX_BYTES) break
    if (Buffer.byteLength(name) <= NAME_BYTES) return [prefix, name]
  }
  return ['', `long/${createHash('sha256').update(path).digest('hex')}`]
}

function octal(number: number): string {
  return number.toString(8).padStart(11, '0')
}
