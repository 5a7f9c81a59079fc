/** Every bound of the communicator. `docs/limits.md` lists them; a test compares. */
export const commLimits = {
  /** Bytes of a frame: 2 GiB less 2 MiB, as F3 has it. */
  frameBytes: 2_145_386_496,
  /** Bytes of a frame of a peer that has not said yet who it is. */
  helloFrameBytes: 65_536,
  /** Bytes of encoded headers: their length is a u16. */
  headerBytes: 65_535,
  /** Depth of arrays and maps within headers, and of a handshake's. */
  headerDepth: 511,
  /** Characters of the name of an endpoint. */
  nameChars: 1024,
  /** Milliseconds that a peer that is refused has to take what was said to it. */
  refusedMs: 1000,
  /** Milliseconds until a connection has shaken hands. */
  handshakeMs: 10_000,
  /** Milliseconds between two questions whether a peer has settled, and until that is taken for granted. */
  settleEveryMs: 20,
  settleMs: 1000,
  /** Milliseconds without a frame after which a peer is asked whether it is there, unless told otherwise. */
  heartbeatMs: 10_000,
  /** Milliseconds until the next attempt of a connector: at first, and at most; it doubles in between. */
  retryMs: 1000,
  retryMaxMs: 10_000,
  /** Milliseconds that a connection lasts after which its connector begins anew with the first. */
  healthyMs: 10_000,
  /** Part of a wait that may be left out, at random: many that lost one peer do not come back at once. */
  retryJitter: 0.2,
  /** Milliseconds until a connection attempt has failed. */
  connectMs: 10_000,
  /** Milliseconds for which a send waits for room. */
  sendMs: 30_000,
  /** Bytes that are handed to a connection and not yet to the system, beyond which sends wait. */
  queuedBytes: 4_194_304,
  /** Bytes and number of sends that wait for one peer; one more is refused. */
  waitingBytes: 25_165_824,
  waitingSends: 65_536,
  /** Bytes and number of messages that came from one peer and wait for receivers: then it is not read. */
  inboxBytes: 1_048_576,
  inboxMessages: 16_384,
  /** Connections of one listener that have not shaken hands; one more takes the place of the oldest. */
  strangers: 256,
  /** Connections of one listener in all. */
  connections: 10_000,
  /** Connectors of one communicator. */
  connectors: 1024,
  /** Endpoints that are remembered; of those that are away the oldest is forgotten. */
  endpoints: 16_384,
  /** Monitors of one communicator. */
  monitors: 1024,
  /** Ports that are tried before a range counts as taken. */
  portAttempts: 20,
  /** Milliseconds that stop() gives to what was sent before. */
  stopMs: 2000,
  /** Pieces in which the bytes of a WebSocket message may arrive, and fragments in which it may be sent. */
  socketPieces: 2_097_152,
  socketFragments: 1024,
  /** Calls of gRPC by one socket. */
  callsPerSocket: 64,
  /** Bytes that come by gRPC to who dialled before it is told that some were taken. */
  windowBytes: 4_194_304,
} as const
