/** What may go to another thread as itself and not as a copy. */
import type { Worker } from 'node:worker_threads'

/**
 * What moves to another thread uncopied: an `ArrayBuffer`, a `MessagePort` and so on, as the types of Node
 * that are installed have it. They have had several names for it.
 */
export type Transfer = Extract<Parameters<Worker['postMessage']>[1], readonly unknown[]>[number]
