/** What tells the frames of a group from those of others. */
import { createHash } from 'node:crypto'

export const TAG_BYTES = 8

/** The first bytes of the SHA-256 of its name. Work it out once. */
export function groupTag(group: string): Uint8Array {
  return createHash('sha256').update(group).digest().subarray(0, TAG_BYTES)
}
