/** Every bound of the test kit, with its reason. `docs/limits.md` lists them; a test holds the two equal. */
export const testingLimits = {
  /** Hosts of one test network: each has an address of 10.0.0.0/24. */
  hosts: 250,
  /** Milliseconds that until() and settled() wait unless told otherwise; virtual ones cost nothing. */
  patienceMs: 60_000,
  /** Turns of the event loop, one after another, after which a virtual moment is taken for endless. */
  turnsPerMoment: 100_000,
  /** Events and happenings of one actor that are kept, and messages of a tested component: the last ones. */
  kept: 100_000,
} as const
