/**
 * Every bound of keys and of those who knock, with its reason. `docs/limits.md` lists them; a test holds the
 * two equal.
 */
export const securityLimits = {
  /** Milliseconds that the handshake of an unknown key is kept waiting for what vouches for it. */
  handshakeWaitMs: 500,
  /** Handshakes that are kept waiting at one moment; with one more, that which waited longest is refused. */
  waitingHandshakes: 64,
  /** Milliseconds for which a handler of ZAP waits for another of the process to be gone. */
  zapBindMs: 1000,
  /**
   * Milliseconds between two looks at who was refused; and how many reasons of refusal, and how many
   * introductions of strangers, are taken in between.
   */
  tellMs: 250,
  refusalsTold: 64,
  introductions: 128,
} as const
