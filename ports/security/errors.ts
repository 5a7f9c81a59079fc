/** The errors of keys, in the form of the tables in `ports/errors.ts`. */
import { type ErrorEntry, QuorateError } from '../errors.js'

export const keyErrors = {
  'no-key': {
    when: 'An actor has no valid key, and this host has no app key to make one with.',
    retryable: false,
  },
  'no-app-key': { when: 'A certificate or list is to be signed where the app key is not.', retryable: false },
  'bad-key-file': {
    when: 'A file of the key folder, or a bundle, is damaged or not what it is named.',
    retryable: false,
  },
  'exposed-key': {
    when: 'Others may read or write a secret key, or write into the key folder.',
    retryable: false,
  },
  'foreign-keys': { when: 'Keys are of another app, or vouched for by another app key.', retryable: false },
  'key-exists': { when: 'A key, or a file for it, is to be made where there is one.', retryable: false },
  'bad-certificate': {
    when: 'A certificate is to be made of a name, a role or days that make none.',
    retryable: false,
  },
  'too-many-revoked': {
    when: 'More certificates are to be revoked, or anchors kept, than a list holds.',
    retryable: false,
  },
  'keys-not-written': { when: 'The key folder cannot be read or written.', retryable: true },
  'keys-busy': {
    when: 'Another process changes the key folder, and does not come to an end.',
    retryable: true,
  },
} as const satisfies Record<string, ErrorEntry>

/** The codes of KeyError; docs/errors.md explains them. */
export type KeyErrorCode = keyof typeof keyErrors

/** Keys that are missing, damaged, exposed, or not those of this app. */
export class KeyError extends QuorateError {
  /** Whether it is `retryable` follows from the code. */
  constructor(code: KeyErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, keyErrors[code].retryable, options)
  }
}
