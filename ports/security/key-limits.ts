/**
 * Every bound of the keys of an app, with its reason. `docs/limits.md` lists them; a test holds the two
 * equal.
 */
export const keyLimits = {
  /** Bytes of a certificate: in base64url, with a record, it has to fit a TXT record of 600 bytes. */
  certificateBytes: 320,
  /** Actor names that one certificate allows; more, and it allows any. */
  certifiedActors: 8,
  /** Serials in one revocation list: it is sent whole. Those of certificates that have ended are left out. */
  revokedSerials: 4096,
  /** Trust anchors of one app: one, and while the app key is changed the former ones. */
  anchors: 8,
  /** Certificates that an actor remembers of others; the one unused for longest makes room for a new one. */
  knownCertificates: 4096,
  /** Public keys of signers that are kept ready to verify with; the oldest makes room for a new one. */
  readySigners: 1024,
  /** Days that a certificate is valid unless told otherwise, and at most. */
  certificateDays: 365,
  certificateDaysMax: 3650,
  /** Days before its end from which on a key that can be remade on this host is. */
  renewDays: 30,
  /** Days for which a former app key is still trusted unless told otherwise. */
  overlapDays: 30,
  /** Days for which a certificate that was revoked and has ended stays in the list: clocks may be wrong. */
  revokedDays: 30,
  /** Seconds by which a certificate begins before it is made: clocks of two hosts differ. */
  backdatedS: 3600,
  /** Bytes of one file of the key folder, and of a bundle, but for the list of what was issued. */
  keyFileBytes: 262_144,
  /** Bytes of the list of what was issued: some 60,000 certificates. */
  issuedBytes: 16_777_216,
  /** Keys in the key folder that are looked through, and keys in one bundle. */
  keysInFolder: 1024,
  keysInBundle: 64,
  /** Milliseconds that a change of the key folder waits for another that is under way. */
  folderLockMs: 5000,
  /** Milliseconds between two looks whether it has ended. */
  folderLockPollMs: 20,
  /** Milliseconds that the handshake of an unknown key is kept waiting for what vouches for it. */
  handshakeWaitMs: 500,
  /** Handshakes that are kept waiting at one moment; with one more, that which waited longest is refused. */
  waitingHandshakes: 64,
  /** Milliseconds for which a handler of ZAP waits for another of the process to be gone. */
  zapBindMs: 1000,
  /**
   * Milliseconds between two looks at who was refused, and whose certificate has ended; and how many reasons
   * of refusal, and how many introductions of strangers, are taken in between.
   */
  tellMs: 250,
  refusalsTold: 64,
  introductions: 128,
  /** Milliseconds that a stranger who has come to introduce itself may stay. */
  guestMs: 5000,
  /** Milliseconds between attempts to listen for introductions again where the address is not free yet. */
  rebindMs: 5,
} as const
