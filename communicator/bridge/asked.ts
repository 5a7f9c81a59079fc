/** What is asked over a bridge, and answered. */
import type { Headers } from '../sessions/index.js'

/** Of a payload that is bytes and no value. */
export const AS_BYTES: Headers = { as: 'bytes' }

/** A value, or bytes: the answer is as the question. */
export type Asked = { readonly value: unknown } | { readonly bytes: Uint8Array }
