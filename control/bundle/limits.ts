/** Every bound of bundles, with its reason. `docs/limits.md` lists them; a test compares. */
export const bundleLimits = {
  /** Files of a bundle: apps have tens, their packages hundreds. */
  files: 8192,
  /** Bytes of all files of a bundle. */
  bytes: 256 * 1024 * 1024,
  /** Bytes of a manifest: it is read whole before anything is known of who made it. */
  manifestBytes: 1024 * 1024,
  /** Bytes of the path of a file, and of one part of it: what Linux takes. */
  pathBytes: 1024,
  partBytes: 255,
  /** Actors, groups or messages that a manifest names, and parameters or times of one of them. */
  names: 1024,
  /** Milliseconds without a byte of a bundle that is being sent; then it is given up. */
  idleMs: 30_000,
  /** Bundles that are installed; one more is refused with 429. */
  installed: 256,
  /** Bundles that are received at once; one more is refused with 429. */
  receiving: 2,
} as const
