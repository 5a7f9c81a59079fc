/** Every bound of the encrypted way to agents. `docs/limits.md` lists them; a test compares. */
export const secureLimits = {
  /** Milliseconds until a connection has said its first byte, and until a handshake is done. */
  helloMs: 5000,
  handshakeMs: 5000,
  /** Milliseconds until the head of a request is there, and all of it: an upload may be large. */
  headMs: 5000,
  requestMs: 600_000,
  /** Milliseconds between two looks for requests that are too slow. */
  lookMs: 2000,
  /** Milliseconds for which a connection waits for its next request. */
  idleMs: 72_000,
  /** Connections that have not shown yet who they are; one more takes the place of the oldest. */
  strangers: 256,
  /** Connections in all: those that follow a log, and those that ask. One more is refused. */
  connections: 2048,
  /** Who may come by a key of its own, beside those with the token. */
  identities: 1000,
  identityChars: 128,
  /** Characters of a token that was chosen: whoever poses as the agent can try words against a handshake. */
  tokenCharsMin: 32,
  tokenCharsMax: 1024,
  /** Milliseconds for a client to be connected, and to be answered unless told. */
  connectMs: 5000,
  answerMs: 30_000,
  /** Milliseconds without a byte after which an upload, or a download unless it is followed, has failed. */
  stallMs: 30_000,
  /** Milliseconds of silence after which a client asks the system whether the other host is there. */
  aliveMs: 10_000,
  /** Bytes of an answer that is read whole. */
  answerBytes: 16_777_216,
  /** Connections of a client to one agent; what is asked beyond waits. */
  clientConnections: 16,
} as const
