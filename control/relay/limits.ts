/** Every bound of the way to agents over a hub. `docs/limits.md` lists them; a test compares. */
export const relayLimits = {
  /** Streams that a hub joins: of one certificate to one agent, of one, and in all. One more is refused. */
  relaysToAgent: 64,
  relaysOfOne: 512,
  relays: 1024,
  /** Streams of one certificate to the hub's own server: each actor of an agent has one. */
  hubStreamsOfOne: 240,
  /** Connections that an agent forwards from its actors to the hub; one more is cut. */
  forwarded: 200,
  /** Bytes that wait at a hub for who is slower, each way of each relay. */
  windowBytes: 262_144,
  /** Agents that a hub tells of in one answer, and answers that are asked for. */
  agentsAtOnce: 256,
  agentPages: 40,
  /** Milliseconds for which a hub waits for an agent that is away; it may have begun anew itself. */
  awayMs: 5000,
  /** Milliseconds for a hub to join one with an agent, with the time to dial the hub anew. */
  reachMs: 20_000,
  /** Milliseconds for a command to reach the hub that it dials. */
  dialMs: 10_000,
  /** Milliseconds until a hub that is asked for its agents must have answered. */
  askMs: 15_000,
  /** Milliseconds for the last of what a server has written to a stream to arrive. */
  lingerMs: 5000,
  /** Milliseconds between two lines that a hub says of those whom it refuses. */
  tellMs: 10_000,
} as const
