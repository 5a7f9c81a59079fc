/** Every bound of groups, with its reason. `docs/limits.md` lists them; a test holds the two equal. */
export const groupLimits = {
  /** Deaths, and releases, that go with a message: the newest. */
  toldFacts: 8,
  /** Deaths, and releases, that a member remembers: the newest. */
  keptFacts: 1024,
  /** Beats whose answers still count: at one a heartbeat, and more where entries are sent, some seconds. */
  openBeats: 1024,
  /** Entries that go with one beat. */
  entriesPerBeat: 256,
  /** Milliseconds between two elections that a leader begins because it met a higher promise. */
  renumberMs: 150,
  /** Milliseconds over which those who know the leader to be dead begin an election, in the order of ids. */
  afterDeathMs: 40,
  /** Milliseconds by which the wall clock may run away from the monotonic one between two looks, and part. */
  suspensionMs: 50,
  suspensionPart: 0.1,
} as const
