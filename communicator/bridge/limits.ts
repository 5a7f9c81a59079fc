/** Every bound of bridges. `docs/limits.md` lists them; a test compares. */
export const bridgeLimits = {
  /** Lanes of one bridge: each has a stream of its own. */
  lanes: 64,
  /** Bytes of one message, request or answer: as much as one request of sessions carries. */
  messageBytes: 1_048_576,
  /** Messages of one lane, and their bytes, that wait for the way; then newer ones replace the oldest. */
  queueMessages: 1024,
  queueBytes: 4_194_304,
  /** Messages of one turn of the event loop after which they leave before its end. */
  gathered: 256,
  /** Milliseconds that a question has, with its way there and back, unless the lane says other. */
  askMs: 5000,
  /** Questions of one lane that are under way. */
  questions: 512,
  /** Milliseconds in which both ends agree what a lane carries. */
  agreeMs: 10_000,
  /** Bytes of the terms of a lane: two schemas that may be announced, and what is around them. */
  termsBytes: 262_144,
  /** Milliseconds until a lane that failed is opened again: at first, and at most; it doubles in between. */
  againMs: 250,
  againMaxMs: 5000,
  /** Milliseconds between two questions how old what is known of a group is, and two reports of it. */
  beatMs: 1000,
  /** Milliseconds of age up to which the other end counts as reached. */
  reachedMs: 3000,
  /** Such questions that are remembered until they are answered. */
  beats: 64,
  /** Milliseconds between two warnings of one kind of a lane. */
  warnMs: 60_000,
  /** Milliseconds that its end gives to what is on its way. */
  endMs: 1000,
} as const
