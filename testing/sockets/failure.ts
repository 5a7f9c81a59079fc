/** What a call on a socket in memory fails with: an error with the `code` that ZeroMQ's would have. */

const TEXTS = {
  EAGAIN: 'Operation was not possible or timed out',
  EADDRINUSE: 'Address already in use',
  EADDRNOTAVAIL: 'Cannot assign requested address',
  EBADF: 'Socket is closed',
  EBUSY: 'Socket is busy; only one operation may be in progress at any time',
  EHOSTUNREACH: 'Host unreachable',
  EINVAL: 'Invalid argument',
} as const

export class SocketFailure extends Error {
  readonly code: keyof typeof TEXTS

  constructor(code: keyof typeof TEXTS) {
    super(TEXTS[code])
    this.name = 'SocketFailure'
    this.code = code
  }
}
