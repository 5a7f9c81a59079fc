/** Every bound of the line between an agent and its actors. `docs/limits.md` lists them; a test compares. */
export const supervisionLimits = {
  /** Characters of one line that is said, each way; who says more is cut. */
  lineChars: 1024 * 1024,
  /** Agents that are connected to an actor at once: one that dies and one that is new, and some. */
  connections: 4,
  /** Milliseconds within which an actor has to answer its agent; else it is said not to be heard. */
  answerMs: 500,
} as const
