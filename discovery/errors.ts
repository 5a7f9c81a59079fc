/** The errors of discovery, in the form of the tables in `ports/errors.ts`. */
import { type ErrorEntry, QuorateError } from '../ports/index.js'

export const discoveryErrors = {
  'no-interface': { when: 'The network interface that was named does not exist.', retryable: true },
  'no-multicast': { when: 'The multicast socket could not be opened on the interface.', retryable: true },
  'directory-in-use': {
    when: 'The address that the directory was told to listen on is taken.',
    retryable: true,
  },
  'cannot-listen': { when: 'The address of the directory is not of this host.', retryable: false },
  'listing-too-large': {
    when: 'An actor has more ports, has joined more groups, or has larger schemas, than a listing can hold.',
    retryable: false,
  },
  'bad-address': { when: 'An address of a directory is not of the form host:port.', retryable: false },
  'bad-record': { when: 'A record was announced that others would refuse.', retryable: false },
  'too-many-records': { when: 'One process announced more records than it may.', retryable: false },
  'already-started': { when: 'A discovery was started a second time.', retryable: false },
  'not-started': { when: 'A discovery was used before start().', retryable: false },
  stopped: { when: 'A discovery, or a directory connection, was used after it had ended.', retryable: false },
  'no-answer': { when: 'The directory of a peer did not answer in time.', retryable: true },
} as const satisfies Record<string, ErrorEntry>

/** The codes of DiscoveryError; docs/errors.md explains them. */
export type DiscoveryErrorCode = keyof typeof discoveryErrors

/** Discovery, or a directory, cannot do what it was asked. */
export class DiscoveryError extends QuorateError {
  /** Whether it is `retryable` follows from the code. */
  constructor(code: DiscoveryErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, discoveryErrors[code].retryable, options)
  }
}

/** Why a directory, or the door before it, cannot listen there. */
export function notListening(
  { host, port }: { readonly host: string; readonly port: number | undefined },
  errno: string | undefined,
  why: string,
): DiscoveryError {
  if (errno === 'EADDRINUSE') {
    const text = `the directory cannot listen on ${host}:${port}: the port is in use; choose another`
    return new DiscoveryError('directory-in-use', text)
  }
  return new DiscoveryError(
    'cannot-listen',
    `the directory cannot listen on ${host}: ${why}; is it of this host?`,
  )
}
