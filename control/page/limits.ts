/** Every bound of the page, with its reason. `docs/limits.md` lists them; a test compares. */
export const pageLimits = {
  /** Seconds of rates that are kept: five minutes. */
  keptSeconds: 300,
  /** Connections that are drawn; a crowd of more shows no more than a grey area. */
  links: 5000,
  /** Lines of a log that are kept, those of them that are drawn, and characters of one. */
  logLines: 5000,
  logLinesDrawn: 1000,
  logLineChars: 4000,
  /** Objects within each other, members of one, and choices of a field in a form; what is beyond is JSON. */
  formDepth: 4,
  formFields: 60,
  formChoices: 200,
  /** Items of a list in a form. */
  formItems: 100,
  /** Characters of a pattern that a form checks: a longer one is left to the actor. */
  patternChars: 200,
  /** Characters that are shown of the result of a command. */
  resultChars: 20_000,
  /** Peers that are shown of a port, and types of messages in the legend. */
  peersShown: 30,
  messagesShown: 12,
  /** Milliseconds until a hub that is away is asked again, at first and at most. */
  retryMs: 250,
  retryMaxMs: 3000,
  /** Milliseconds that the hub is asked to wait for a change, for a reply, and a node for a line of a log. */
  changeWaitMs: 10_000,
  replyWaitMs: 25_000,
  logWaitMs: 20_000,
  /** Milliseconds that a command has. */
  commandMs: 60_000,
} as const
