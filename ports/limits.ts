/**
 * Every bound of the ground floor, with its reason. `docs/limits.md` lists them; a test holds the two equal.
 */
export const limits = {
  /**
   * Bytes of payload at which a batch is cut: large enough to spread a frame's cost, small enough to stay in
   * cache.
   */
  batchBytes: 64 * 1024,
  /** From this size on, bytes travel uncopied as a part of their own; below, a copy is cheaper. */
  apartBytes: 16 * 1024,
  /** Bytes of one frame that a socket accepts; more closes the connection that sent it. */
  frameBytes: 64 * 1024 * 1024,
  /** Bytes of one encoded value, and of the values of one batch. */
  valueBytes: 8 * 1024 * 1024,
  /** Values (scalars, arrays, maps) in one frame: a byte can cost a receiver some 60 bytes of heap. */
  valuesPerFrame: 1_000_000,
  /** Depth of arrays and maps within each other. */
  depth: 64,
  /** ZeroMQ sockets of one process: one for each pair of ports. ZeroMQ itself would stop at 1023. */
  sockets: 16_384,
  /** Milliseconds that a stranger may take over the handshake of ZeroMQ before its connection is cut. */
  handshakeMs: 5000,
  /** Attempts to connect or bind that signals may interrupt. */
  callAttempts: 10,
  /** Files that the process must be able to open to bind: without any, libzmq 4.3.5 aborts. */
  spareFiles: 32,
  /** Milliseconds between attempts to connect again: at first. */
  reconnectMs: 10,
  /** Milliseconds between attempts to connect again: at most. */
  reconnectMaxMs: 400,
  /** Milliseconds until a peer that did not admit the connection is dialled again: at first, and at most. */
  refusedMs: 50,
  refusedMaxMs: 2000,
  /**
   * Milliseconds between TCP's own probes of a connection: not for liveness, which is the directory's, but so
   * that a cut cable leaves no dead connection for a quarter of an hour.
   */
  keepaliveMs: 5000,
  /** Milliseconds without an answer after which TCP gives a connection up. */
  deadConnectionMs: 15_000,
  /** Bytes of what a subscriber may say to a publisher: a topic takes 26, a handshake with keys 300. */
  subscriptionBytes: 1024,
  /** Frames that wait for one peer of a socket, on each side. */
  queueFrames: 1000,
  /** Messages between two ports of one actor that wait while the component does not keep up. */
  internalMessages: 65_536,
  /** Frames that one turn of the event loop may leave with a pub before it drops. */
  turnFrames: 1000,
  /** Queries without an answer on one qry port. */
  queriesInFlight: 4096,
  /** Messages that wait for the handlers of one component before its sockets are no longer read. */
  mailboxMessages: 1024,
  /** Messages that wait for recv() on a port without a handler before its socket is no longer read. */
  inboxMessages: 1024,
  /** Answers to send() that a full qry port takes while an ask() waits for what is behind them. */
  crammedAnswers: 65_536,
  /** Messages that a port handles before the event loop gets a turn. */
  messagesPerTurn: 2048,
  /** Messages that pub(M, { keep }) may keep. */
  keptMessages: 10_000,
  /** Subscribers of one pub, and askers of one ans, that are told apart. */
  peersPerPort: 4096,
  /** Plugs of one inside port: each is a thread or device of its own. */
  plugsPerPort: 64,
  /** Messages of one plug, in each direction, and of push(), that the other end has not taken in. */
  plugMessages: 256,
  /**
   * Messages that an inside port has taken in for its handler or recv(); it takes in no more until one is
   * handled, so that a thread that awaits send() keeps pace, also with images.
   */
  insideMessages: 64,
  /** Milliseconds that a thread has to end by itself after its component has stopped. */
  plugEndMs: 1000,
  /** Bytes of the name of an actor, component or port in the hello of a qry. */
  nameBytes: 128,
  /** Characters of a text that came from a peer and goes into a log or an error. */
  foreignText: 300,
  /** Milliseconds for which what a dropped publisher sent before it went is still read. */
  drainMs: 300,
  /** Milliseconds for which messages on their way by the former address of a publisher are waited for. */
  moveMs: 1000,
  /** Milliseconds for which answers are waited for at the former address of a peer. */
  leavingMs: 10_000,
  /** Milliseconds for which reset() waits for the address that it has just left. */
  rebindMs: 500,
  /** Milliseconds after which a subscriber that could not take its welcome is welcomed again. */
  welcomeRetryMs: 50,
  /** Milliseconds within which the answer to a hello comes for it to set the clock. */
  promptHelloMs: 5,
  /**
   * Hellos that are said for that, where none is answered promptly: one at first, the others with requests,
   * when a crowd that starts has become calm.
   */
  hellos: 10,
  /** Milliseconds after which a request sets the clock anew: clocks of two machines drift apart. */
  clockMs: 60_000,
  /** Part by which they may: NTP slews a clock no faster. */
  clockDrift: 0.0005,
  /** Milliseconds within which the answer to a hello comes for the clock to be set back by it. */
  believedHelloMs: 100,
  /** Milliseconds without a query after which an ans looks whether those it gets were given up meanwhile. */
  quietMs: 500,
  /**
   * Milliseconds for which a link says nothing that waits for TCP to try again, when the way to its peer was
   * cut: one that says something is kept.
   */
  stuckMs: 600,
  /** Milliseconds that the goodbye of a qry or ans has to leave. */
  byeLingerMs: 100,
  /** Milliseconds that the sockets of a thread that ends have to close, and where it ends at once. */
  endMs: 1000,
  abandonMs: 10,
  /** Milliseconds that ask() waits unless told otherwise. */
  askTimeoutMs: 5000,
  /** Milliseconds that ready() waits for a peer unless told otherwise. */
  readyTimeoutMs: 5000,
} as const
