/** Every bound of the hub, with its reason. `docs/limits.md` lists them; a test compares. */
export const hubLimits = {
  /** Bytes of the body of a request; a longer one is answered with 413. */
  bodyBytes: 1024 * 1024,
  /** Commands that wait for one target; one more is refused with 429. */
  queuedCommands: 10_000,
  /** Targets with a queue, and workers that are registered; one more is refused with 429. */
  targets: 10_000,
  /** Targets that one command names. */
  targetsOfCommand: 1000,
  /**
   * Commands that have ended, or were taken for good, and are remembered so that none runs again; the oldest
   * are forgotten.
   */
  pastCommands: 100_000,
  /** Replies that are kept; the oldest are forgotten. */
  keptReplies: 100_000,
  /** Characters of the name of a target, and of the id of a command or reply. */
  nameChars: 256,
  /** Milliseconds for which a worker has a command: unless told, at least, and at most. */
  leaseMs: 30_000,
  leaseMinMs: 100,
  leaseMaxMs: 3_600_000,
  /** Milliseconds after which a command may end that was not answered, at most. */
  timeoutMaxMs: 30 * 86_400_000,
  /** Times that a command is handed out; then it has failed. */
  attempts: 5,
  /** Commands that are handed out at once, at most. */
  takenAtOnce: 100,
  /** Commands of the past that are told at once, at most. */
  toldAtOnce: 1000,
  /** Sockets of users and workers; one more is closed at once (1013). */
  sockets: 5000,
  /** What one socket has asked for and is not answered: then no more of it is read. */
  askedAtOnce: 10_000,
  /** Bytes that a socket has not taken yet: then it is ended. */
  socketBytes: 64 * 1024 * 1024,
  /** Milliseconds between two questions whether a socket is there; one that did not answer is ended. */
  socketPingMs: 10_000,
  /** Milliseconds without such a question after which a client opens another socket. */
  socketSilenceMs: 30_000,
  /** Milliseconds that a request may wait for what is to come, at most. */
  waitMaxMs: 60_000,
  /** Requests that wait. */
  waiting: 10_000,
  /** Milliseconds between two looks at leases and commands whose time may be over. */
  expiryPollMs: 100,
  /** Milliseconds after which a worker that was not heard of is told as gone. */
  silentMs: 30_000,
  /**
   * Milliseconds that a client waits for an answer of the hub, beside those for which it asked it to wait.
   */
  askMs: 10_000,
  /** Milliseconds until a client asks a hub that is away anew, at first and at most. */
  retryMs: 50,
  retryMaxMs: 2000,
  /** Milliseconds for which a worker, and a user, ask the hub to wait for something to come. */
  workerWaitMs: 25_000,
  userWaitMs: 25_000,
  /** Milliseconds for which a worker goes on telling an answer to a hub that is away. */
  answerMs: 3_600_000,
  /** Milliseconds between two registrations of a worker, by which a hub hears of one that is busy. */
  presenceMs: 10_000,
  /** Milliseconds until a worker that a hub refused asks it again. */
  refusedMs: 30_000,
  /** Milliseconds that a worker which ends waits for a hub that is away. */
  leaveMs: 1000,
  /** Commands that an actor carries out at a time; those of one component follow one another. */
  actorAtOnce: 16,
  /** Actors of one name that a host has at a hub. */
  actorsOfName: 1000,
  /** Milliseconds until an actor reads the file of its token anew. */
  tokenReadMs: 10_000,
  /** Commands that a worker remembers to have carried out. */
  rememberedAnswers: 10_000,
  /** Milliseconds that a command of a HubUser has, unless told. */
  commandMs: 60_000,
} as const
