/** Every bound of how agents tell of themselves. `docs/limits.md` lists them; a test compares. */
export const nearbyLimits = {
  /** Characters of the name of an agent, and of the key and the value of a label: as names of hosts have. */
  nameChars: 63,
  /** Labels of an agent, and characters of all of them: the record has to fit one packet. */
  labels: 16,
  labelsChars: 800,
  /** Agents that are found; one that floods the network with names keeps no process busy. */
  foundAgents: 1024,
  /** Of those, how many are asked at a time who they are, and milliseconds that each may take. */
  askedAtOnce: 32,
  askMs: 5000,
} as const
