/** What an app declares, as it is told to those who do not run it: actors, groups and messages. */
import { z } from 'zod'

const param = z.object({
  type: z.enum(['number', 'string', 'boolean']),
  fallback: z.union([z.number(), z.string(), z.boolean()]).optional(),
  help: z.string(),
})

/** The parameters of actors, by name. */
export const describedActors = z.record(z.string(), z.record(z.string(), param))

/** The types of groups, by name. */
export const describedGroups = z.record(
  z.string(),
  z.object({
    /** Null where the group has no leader. */
    quorum: z.int().nullable(),
    timed: z.boolean(),
    /** In milliseconds, those of a profile written out; a word where a time is no number: `never`. */
    timing: z.record(z.string(), z.union([z.number(), z.string()])),
    /** The name of the message that its members send. */
    message: z.string(),
  }),
)

/** The messages of ports and groups, by name. */
export const describedMessages = z.record(
  z.string(),
  z.object({
    fingerprint: z.string().regex(/^[0-9a-f]{16}$/),
    /** Canonical; null where the schema offers none. */
    jsonSchema: z.record(z.string(), z.unknown()).nullable(),
  }),
)

export const appShape = z.object({
  actors: describedActors,
  groups: describedGroups,
  messages: describedMessages,
})

export type AppShape = z.infer<typeof appShape>
