/** Every bound of the agent, with its reason. `docs/limits.md` lists them; a test compares. */
export const agentLimits = {
  /** Bytes of the body of a request; a longer one is answered with 413. */
  bodyBytes: 256 * 1024,
  /** Apps that are installed. */
  apps: 1000,
  /** Actors that are known, whether they run or have ended; one more is refused with 429. */
  actors: 10_000,
  /** Actors that run, or are about to; one more is refused with 429. */
  running: 1000,
  /** Characters of the id of an actor: it names files. */
  idChars: 128,
  /** Milliseconds until an actor is active; then it is ended, which counts as a failure. */
  activeMs: 30_000,
  activeMaxMs: 3_600_000,
  /** Milliseconds from SIGTERM to SIGKILL, unless told, and at most: an actor gives itself 2 s. */
  graceMs: 5000,
  graceMaxMs: 600_000,
  /** Milliseconds until the start after a failure, at first and at most; it doubles with each failure. */
  backOffMs: 250,
  backOffMaxMs: 30_000,
  /** Failures in a row after which an actor is not started again: it crashes in a loop. */
  crashes: 5,
  /** Milliseconds for which an actor was active after which its earlier failures count no more. */
  calmMs: 10_000,
  /** Milliseconds between two looks at all processes and logs. */
  lookMs: 1000,
  /** Milliseconds until the process that was started must have told its id: a shell, and no more. */
  toldMs: 10_000,
  /** Bytes of the log of an actor that are kept; the oldest are given back to the disk. */
  logBytes: 16 * 1024 * 1024,
  /** Bytes that may come until that is done. */
  logSlackBytes: 1024 * 1024,
  /** Bytes of a log that are read at once, and handed out by one answer. */
  logAtOnceBytes: 1024 * 1024,
  /** Lines of a log that are asked for by their number. */
  tailLines: 10_000,
  /** Last lines that are kept when an actor has ended, and bytes of them. */
  lastLines: 20,
  lastBytes: 8192,
  /** Requests that wait for an actor, or follow a log. */
  waiting: 1000,
  /** Milliseconds that a request may wait for an actor, at most. */
  waitMaxMs: 60_000,
  /** The share of what an actor may use of which its components are told, and milliseconds until again. */
  nearShare: 0.9,
  nearAgainMs: 10_000,
  /** Milliseconds between two looks at the disk that an actor uses, and files that are looked at, at most. */
  diskLookMs: 5000,
  diskFiles: 10_000,
  /** Milliseconds between two looks at all connections: thousands of them are a lot to read. */
  trafficLookMs: 5000,
  /** Milliseconds that the system may take to tell of all connections, and bytes of what it tells. */
  trafficMs: 2000,
  trafficBytes: 16_777_216,
  /** Milliseconds for which a token stands for the user of FLorist's clients. */
  signedInMs: 7 * 86_400_000,
  /** Wrong passwords of one address within so many milliseconds; then it has to wait. */
  attempts: 10,
  attemptsMs: 60_000,
  /** Addresses of which that is remembered; the oldest are forgotten. */
  attemptAddresses: 1000,
  /** Passwords that are looked at at once, each with 32 MiB. */
  attemptsAtOnce: 4,
  /** Milliseconds that an app file may take to be looked at. */
  describeMs: 30_000,
  /** Actors that have series of their own in `/metrics`, those that run first. */
  scrapedActors: 1000,
} as const
