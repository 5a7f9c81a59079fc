/** Every bound of what a hub knows of its fleet, with its reason; `docs/limits.md` lists them. */
export const fleetLimits = {
  /** Bytes of what an actor or a node tells at once; more is refused. And of one part, which is shortened. */
  toldBytes: 512 * 1024,
  partBytes: 64 * 1024,
  /** Bytes of all that is known of actors and nodes; what comes beyond is refused. */
  fleetBytes: 32 * 1024 * 1024,
  /** Actors that are known, and nodes; one more is refused. */
  actors: 5000,
  nodes: 500,
  /** Characters of one text that is told: a name, a description, a topic. */
  textChars: 1000,
  /** Ports that an actor tells of, and peers of one port. */
  ports: 1000,
  peersOfPort: 1000,
  /** Places in groups that an actor tells of, and members of one group. */
  places: 100,
  members: 200,
  /** Polls that an actor tells of: the oldest that have ended are left out. */
  polls: 50,
  /** Milliseconds for which a poll that has ended is told. */
  pollEndedMs: 30_000,
  /** Commands and properties that an actor tells of. */
  controls: 500,
  /** Bytes of the schema of a command, and of a value or a topic; longer ones are not told. */
  schemaBytes: 16 * 1024,
  valueBytes: 2000,
  /** Actors of a node, its apps, labels, and the lines that an actor said last. */
  actorsOfNode: 1000,
  appsOfNode: 200,
  labels: 50,
  lastLines: 20,
  /** Milliseconds between two times that an actor or a node tells of what happens, where somebody watches. */
  lookMs: 250,
  /** Milliseconds after which it tells in any case: where somebody watches, and where nobody does. */
  watchedMs: 1000,
  unwatchedMs: 10_000,
  /** Milliseconds for which a fleet counts as watched after the last who asked for it. */
  watchingMs: 15_000,
  /** Milliseconds between two looks whether the event loop of an actor is late, while somebody watches. */
  lagLookMs: 50,
  /** Milliseconds between two answers to one who watches. */
  answerMs: 100,
  /** Milliseconds for which what an actor or a node told is kept when its socket has gone. */
  graceMs: 3000,
  /** Those that are gone and are told to who asks for what changed; who asks for more is told all anew. */
  gone: 10_000,
  /** Seconds of rates that are kept, and round trips of one second that are counted singly. */
  rateSeconds: 300,
  roundTrips: 1000,
  /** Errands that wait for a node or are under way there; one more is refused. */
  errands: 100,
  /** Milliseconds that an errand may take. */
  errandMs: 60_000,
  /** Bytes of the answer to an errand, and of a log in it. */
  errandBytes: 768 * 1024,
  errandLogBytes: 128 * 1024,
  /** Sessions of pages; the oldest ends. */
  sessions: 1000,
  /** Milliseconds of a session. */
  sessionMs: 12 * 3_600_000,
} as const
