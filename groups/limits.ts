/** Every bound of groups, with its reason. `docs/limits.md` lists them; a test holds the two equal. */
export const groupLimits = {
  /** Deaths, and releases, that go with a message: the newest. */
  toldFacts: 8,
  /** Deaths, and releases, that a member remembers: the newest. */
  keptFacts: 1024,
  /** Beats whose answers still count: one a heartbeat, and one whenever entries are sent or decided. */
  openBeats: 8192,
  /** Entries that go with one beat, and their bytes, though one goes in any case. */
  entriesPerBeat: 256,
  entryBytesPerBeat: 1024 * 1024,
  /** Entries on their way to one follower that it has not acknowledged. */
  entriesInFlight: 4096,
  /** Entries that are not decided; requests beyond wait at who requests. */
  undecidedEntries: 8192,
  /** Decided entries that stay in the log for who lags behind; as many again are cut off at once. */
  keptEntries: 1024,
  /** Formations that a history remembers: to tell a member what of its own is gone. */
  keptFormations: 64,
  /** Polls that have ended and whose outcomes are remembered: the newest. */
  keptOutcomes: 1024,
  keptOutcomesBytes: 1024 * 1024,
  /** Participants whose last request is remembered: those that asked last. */
  keptRequesters: 8192,
  /** Polls that are open in one group, and the bytes of their topics. */
  openPolls: 4096,
  openPollsBytes: 8 * 1024 * 1024,
  /** Milliseconds after the end of a poll until which a vote is sent again: clocks differ a little. */
  lateVotesMs: 60_000,
  /** Requests of one participant that are not decided, and of those the ones that are sent already. */
  requests: 4096,
  requestsInFlight: 1024,
  /** Shared values of one group, the bytes of all, and those of one with its key, of a topic or a message. */
  values: 1024,
  valuesBytes: 4 * 1024 * 1024,
  requestBytes: 64 * 1024,
  /** Members and observers of one group. */
  participants: 256,
  /** Heartbeats of a leader between two calls to those who do not follow it. */
  heartbeatsPerCall: 5,
  /** Measurements of the group clock of which the best counts. */
  clockSamples: 16,
  /** Measurements at each heartbeat after the leader changed; later, heartbeats between two. */
  firstClockSamples: 4,
  heartbeatsPerClockSample: 20,
  /** Milliseconds between two elections that a leader begins because it met a higher promise. */
  renumberMs: 150,
  /** Milliseconds over which those who know the leader to be dead begin an election, in the order of ids. */
  afterDeathMs: 40,
  /** Milliseconds by which the wall clock may run away from the monotonic one between two looks, and part. */
  suspensionMs: 50,
  suspensionPart: 0.1,
  /** Milliseconds without a sign of life of a main thread after which its leaders hand over. */
  stallMs: 1000,
} as const
