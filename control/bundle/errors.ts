/** The errors of bundles, in the form of the tables in `ports/errors.ts`. */
import { type ErrorEntry, QuorateError } from '../../ports/index.js'

export const bundleErrors = {
  'bundle-not-packed': { when: 'A bundle cannot be made of an app.', retryable: false },
  'bundle-too-large': { when: 'A bundle has more files or bytes than it may.', retryable: false },
  'bundle-unsigned': {
    when: 'A bundle is not signed by a key that the agent trusts for its app.',
    retryable: false,
  },
  'bundle-altered': { when: 'A bundle is not what it was when it was signed.', retryable: false },
  'bundle-cut': { when: 'A bundle did not arrive whole.', retryable: true },
  'bundle-bad-manifest': {
    when: 'What a bundle says of itself makes no sense, or leads out of it.',
    retryable: false,
  },
  'bundle-wrong-target': {
    when: 'A bundle is for another platform, or for a newer or another Node or quorate.',
    retryable: false,
  },
  'bundle-unknown': { when: 'No bundle of that digest is installed.', retryable: false },
  'bundle-in-use': { when: 'A bundle is to be removed that an actor may be started from.', retryable: false },
  'bundle-full': { when: 'As many bundles are installed, or arrive, as may be.', retryable: true },
  'bundle-not-kept': { when: 'A bundle cannot be written: nothing of it is installed.', retryable: true },
} as const satisfies Record<string, ErrorEntry>

/** With which an agent answers over HTTP where it cannot. */
export const bundleStatus: Readonly<Record<BundleErrorCode, number>> = {
  'bundle-not-packed': 422,
  'bundle-too-large': 413,
  'bundle-unsigned': 403,
  'bundle-altered': 422,
  'bundle-cut': 400,
  'bundle-bad-manifest': 422,
  'bundle-wrong-target': 422,
  'bundle-unknown': 404,
  'bundle-in-use': 409,
  'bundle-full': 429,
  'bundle-not-kept': 507,
}

/** The codes of BundleError; docs/errors.md explains them. */
export type BundleErrorCode = keyof typeof bundleErrors

/** A bundle that cannot be made, sent, taken or used. */
export class BundleError extends QuorateError {
  declare readonly code: BundleErrorCode

  /** Whether it is `retryable` follows from the code. */
  constructor(code: BundleErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, bundleErrors[code].retryable, options)
  }
}
