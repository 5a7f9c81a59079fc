/** Every bound of what is kept in a folder, with its reason. `docs/limits.md` lists them; a test compares. */
export const journalLimits = {
  /** Bytes that are left free on a disk: LMDB harms its own process where a disk becomes full under it. */
  reserveBytes: 4 * 1024 * 1024,
} as const
