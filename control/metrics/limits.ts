/** Every bound of metrics in Redis, with its reason. `docs/limits.md` lists them; a test compares. */
export const metricsLimits = {
  /** Milliseconds that a Redis may take to answer whoever asks for metrics. */
  answerMs: 2000,
  /** Milliseconds between two attempts to reach a Redis that is away, at first and at most. */
  retryMs: 100,
  retryMaxMs: 5000,
  /** Milliseconds that the last metrics of an actor that stops have to leave. */
  lingerMs: 300,
} as const
