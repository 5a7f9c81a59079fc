/** Every bound of the rpc of actors, with its reason. `docs/limits.md` lists them; a test compares. */
export const rpcLimits = {
  /** Bytes of a command, and of what is published; a longer command is answered with an error. */
  messageBytes: 1024 * 1024,
  /** Bytes of a frame that is taken in at all; the connection that sends more is cut. */
  frameBytes: 8 * 1024 * 1024,
  /** Levels of lists and objects within one another, in a command and in what is sent. */
  depth: 64,
  /** Commands whose answer a delegate has promised; one more is told that the service is not available. */
  pendingCommands: 1024,
  /** Milliseconds until the one who waits for such an answer is told that it will be published. */
  pendingAfterMs: 1000,
  /** Milliseconds that a delegate may hold the thread before that is told. */
  blockedMs: 100,
  /** Characters of the message of an error. */
  errorChars: 4096,
  /** Characters of the name of a command, where it is told. */
  nameChars: 128,
  /** Messages that wait for one subscriber; what is published meanwhile is lost to it, and to no other. */
  queuedEvents: 1000,
  /** Milliseconds that what was published last has to leave at the stop. */
  lingerMs: 100,
  /** Milliseconds within which the sockets are closed at the stop. */
  closeMs: 2000,
  /** Milliseconds that a subscription takes to be in force, once its connection stands. */
  joiningMs: 50,
  /** Seconds between two heartbeats, unless told. */
  heartbeatS: 5,
  /** Seconds between two heartbeats, at most: what a timer of Node.js can wait. */
  heartbeatMaxS: 2_147_483,
  /** Attempts to find a port that is free at two addresses of the host. */
  portAttempts: 8,
  /** Of a client: requests that wait for their answer, and results that are waited for. */
  waitingRequests: 1024,
  /** Milliseconds that a request waits for its answer, unless told. */
  requestMs: 10_000,
  /** Milliseconds that a client waits for the result of a command that was begun, unless told. */
  resultMs: 60_000,
  /** Messages that wait for who iterates over them; of more the oldest are dropped, and counted. */
  keptEvents: 10_000,
  /** Emergencies that are remembered, to know their copies by. */
  knownEmergencies: 64,
} as const
