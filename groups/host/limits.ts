/** Every bound of what groups keep on a host, with its reason. `docs/limits.md` lists them. */
export const hostLimits = {
  /** Tries to read a lease that is being written; then it reads as none. */
  leaseTries: 64,
  /** Connections to a seat; the one held longest makes room, and may come again. And those not yet taken. */
  seatConnections: 64,
  /** Characters of the id by which the holder of a seat is known: a member's has 32. */
  incarnationChars: 64,
  /** Characters of the parameters of its group that it says: as many as in a listing. */
  parameterChars: 400,
  /** Bytes that the holder of a seat says of itself; who says more is not believed. */
  seatAnswerBytes: 2048,
  /** Milliseconds that the holder of a seat has to say who it is. */
  seatAnswerMs: 500,
  /** Milliseconds between two attempts to wait at a seat that cuts them, doubled up to the second number. */
  seatRetryMs: 5,
  seatRetryMaxMs: 1000,
  /** Milliseconds over which a process is looked at that gave a sign of death: ends take time. */
  dyingMs: 250,
  /** Milliseconds between two such looks, doubled from look to look up to the second number. */
  dyingLookMs: 1,
  dyingLookMaxMs: 8,
  /** Milliseconds that a question to the witness of another host may take: one that dies is looked at. */
  witnessAnswerMs: 2000,
  /** Bytes of such a question, and of its answer. */
  witnessLineBytes: 4096,
  /** Questions that a witness hears at once; further connections are cut. */
  witnessConnections: 64,
  /** Addresses of its host at which a witness is asked. */
  witnessAddresses: 16,
} as const
