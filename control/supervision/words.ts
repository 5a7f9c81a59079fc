/**
 * What an agent and its actor say to each other: lines of JSON over a socket that the actor has in the folder
 * of the agent. The agent connects, as often as it likes; nothing of the actor waits for it.
 *
 *     agent   {"ask":"groups","n":7}                            how is it in its groups?
 *             {"limit":{"kind":"memory","used":…,"limit":…}}    it uses much of what it may
 *             {"witness":{"port":…,"key":…}}                    here others ask whether it is gone
 *     actor   {"groups":[…],"n":7}
 *             {"elects":"10.0.0.1"}                             where others may want to; '' nowhere
 */
import { z } from 'zod'
import { groupStatus } from '../../runtime/index.js'

/** What an agent says. */
export const toActor = z.union([
  z.object({ ask: z.literal('groups'), n: z.int() }),
  z.object({
    limit: z.object({
      kind: z.enum(['cpu', 'memory', 'disk', 'network']),
      used: z.number(),
      limit: z.number(),
    }),
  }),
  z.object({ witness: z.object({ port: z.int(), key: z.string() }) }),
])
export type ToActor = z.infer<typeof toActor>

/** What an actor says. */
export const toAgent = z.union([
  z.object({ groups: z.array(groupStatus), n: z.int() }),
  z.object({ elects: z.union([z.literal(''), z.ipv4().refine((host) => host !== '0.0.0.0')]) }),
])
export type ToAgent = z.infer<typeof toAgent>
