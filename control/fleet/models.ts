/**
 * What actors and nodes tell a hub of themselves, and what the hub tells those who watch the fleet. What
 * comes is bounded here, in number and length, since nobody vouches for it.
 *
 * An actor tells of itself in parts, by `{do: 'picture', of: <worker>, waitMs, body: ActorTold}` on a socket;
 * a part that has not changed is left out. It is known by the name of its worker, by which commands are
 * posted for it; actors know each other by `who.id`, which begins the ids of its members in groups. A node
 * tells by `{do: 'node', of: <name>, waitMs, body: NodeTold}`.
 */
import { z } from 'zod'
import { fleetLimits } from './limits.js'

const text = z.string().max(fleetLimits.textChars)
const count = z.number().min(0)
/** Whoever reads it looks into it; how deep it may be, the reader of JSON says. */
const json = z.unknown()
/** Milliseconds since 1970, by the clock of who tells. */
const time = z.number()
const numbers = z
  .record(text, z.number())
  .refine((all) => Object.keys(all).length <= 100, 'give 100 numbers at most')

/** Who the actor is. */
export const actorWho = z.object({
  app: text,
  version: text,
  actor: text,
  /** Of its directory: 16 hex characters, new at each start. By it others name it in `peers`. */
  id: text,
  host: text,
  pid: z.number(),
  started: time,
})

/** A port, and who is connected: its edges. */
export const portPicture = z.object({
  component: text,
  name: text,
  /** As `pub`. */
  kind: text,
  /** `global`, `local` or `internal`. */
  scope: text,
  message: text,
  host: text,
  port: z.number(),
  connected: count,
  /** `who.id` of the actors at the other end; its own for those within the actor. */
  peers: z.array(text).max(fleetLimits.peersOfPort),
})

const participant = z.object({ id: text, actor: text, component: text })

/** The place of a component in a group. */
export const placePicture = z.object({
  /** Type and instance. */
  name: text,
  component: text,
  /** Of the member: it begins with `who.id`. */
  id: text,
  role: z.enum(['leader', 'member', 'observer', 'joining']),
  leader: participant.nullable(),
  epoch: count,
  term: count,
  /** Null where the group has no leader by its type. */
  quorum: count.nullable(),
  seat: text.nullable(),
  members: z.array(participant).max(fleetLimits.members),
  observers: z.array(participant).max(fleetLimits.members),
})

/** A poll as one member knows it. Votes so far: those that the members tell, each its own. */
export const pollPicture = z.object({
  group: text,
  /** Of the member that tells of it. */
  component: text,
  id: text,
  /** JSON; null where it is too long to be told. */
  topic: json,
  kind: z.enum(['majority', 'consensus']),
  requestedBy: participant,
  opened: time,
  /** When it ends without a decision; null where that is not known. */
  ends: time.nullable(),
  /** Of a poll on an action: when all are to do it. */
  actsAt: time.nullable(),
  /** What this member voted; null where it did not. */
  vote: z.enum(['yes', 'no']).nullable(),
  outcome: z.enum(['yes', 'no', 'timeout', 'unknown']).nullable(),
  /** Null while it is open. */
  ended: time.nullable(),
})

/** JSON Schema, of which nobody promises anything. */
const jsonSchema = z.record(z.string(), json).nullable()

/** What may be commanded, as `component` and `name`: `object` and `method` of a command that is posted. */
export const commandPicture = z.object({
  component: text,
  name: text,
  description: text,
  /** Of its arguments, which are one object; null where there is none, or it is too long to be told. */
  schema: jsonSchema,
})

export const propertyPicture = z.object({
  component: text,
  name: text,
  description: text,
  writable: z.boolean(),
  schema: jsonSchema,
})

/** What an actor counts, and values that change. Rates are differences of two, by `at`. */
export const countersPicture = z.object({
  at: time,
  /** By `component.name`: `sent`, `received`, `dropped`, `gaps` … since its start. */
  ports: z.record(text, numbers),
  /** By the id of the member: what its group counts, and `leaseMs`, `clockErrorMs`, `openPolls`. */
  groups: z.record(text, numbers),
  /** By `component.name`; null of one that is too long to be told. */
  properties: z.record(text, json),
  /** The longest by which its event loop was late since the last count, in milliseconds. */
  lagMs: count,
  /** The share of the time in which its event loop was busy: 0 to 1. */
  busy: count,
  /** Bytes of its heap, and of its process. */
  heapBytes: count,
  memoryBytes: count,
})

/** What an actor tells; parts that have not changed are left out. With `who` it is all of it. */
export const actorTold = z.object({
  who: actorWho.optional(),
  ports: z.array(portPicture).max(fleetLimits.ports).optional(),
  groups: z.array(placePicture).max(fleetLimits.places).optional(),
  polls: z.array(pollPicture).max(fleetLimits.polls).optional(),
  commands: z.array(commandPicture).max(fleetLimits.controls).optional(),
  properties: z.array(propertyPicture).max(fleetLimits.controls).optional(),
  counters: countersPicture.optional(),
})

/** Who the node is. */
export const nodeWho = z.object({
  host: text,
  version: text,
  pid: z.number(),
  started: time,
  labels: z
    .record(text, text)
    .refine((all) => Object.keys(all).length <= fleetLimits.labels, `give ${fleetLimits.labels} at most`),
})

const parameter = z.object({
  type: z.enum(['number', 'string', 'boolean']),
  /** Null where it has to be given. */
  default: z.union([z.number(), text, z.boolean()]).nullable(),
  help: text,
})

/** An app that a node can start actors of: what a form of a start is made from. */
export const nodeApp = z.object({
  name: text,
  version: text,
  installed: time,
  /** Parameters by actor and name. */
  actors: z.record(text, z.record(text, parameter)),
})

const limitPicture = z.object({
  limit: z.number(),
  used: z.number().nullable(),
  at: time.nullable(),
  by: z.enum(['cgroup', 'measure']),
})

/** An actor as the agent of its node has it, which may have ended. */
export const nodeActor = z.object({
  /** Of the agent: by it actors are started, stopped and asked for their log. */
  id: text,
  /** As it is at the hub when it is there. */
  worker: text,
  app: text,
  actor: text,
  params: z.record(text, z.union([z.number(), text, z.boolean()])),
  restart: text,
  state: z.enum(['starting', 'active', 'stopping', 'waiting', 'ended', 'failed']),
  why: text,
  since: time,
  /** When it is started again, of one that waits. */
  due: time.nullable(),
  starts: count,
  failures: count,
  pid: z.number().nullable(),
  cpuMs: z.number().nullable(),
  memoryBytes: z.number().nullable(),
  limits: z.partialRecord(z.enum(['cpu', 'memory', 'disk', 'network']), limitPicture),
  log: z.object({ begins: count, ends: count }),
  /** How its last process ended. */
  last: z
    .object({
      code: z.number().nullable(),
      signal: text.nullable(),
      at: time,
      lines: z.array(text).max(fleetLimits.lastLines),
    })
    .nullable(),
})

/** What a node tells; what has not changed is left out. */
export const nodeTold = z.object({
  who: nodeWho.optional(),
  /** Of all actors that it has: others are forgotten. */
  ids: z.array(text).max(fleetLimits.actorsOfNode).optional(),
  apps: z.array(nodeApp).max(fleetLimits.appsOfNode).optional(),
  /** Those that have changed. */
  actors: z.array(nodeActor).max(fleetLimits.actorsOfNode).optional(),
  /** Ids of those that it has forgotten. */
  gone: z.array(text).max(fleetLimits.actorsOfNode).optional(),
})

export type ActorTold = z.infer<typeof actorTold>
export type ActorWho = z.infer<typeof actorWho>
export type PortPicture = z.infer<typeof portPicture>
export type PlacePicture = z.infer<typeof placePicture>
export type PollPicture = z.infer<typeof pollPicture>
export type CommandPicture = z.infer<typeof commandPicture>
export type PropertyPicture = z.infer<typeof propertyPicture>
export type CountersPicture = z.infer<typeof countersPicture>
export type NodeTold = z.infer<typeof nodeTold>
export type NodeWho = z.infer<typeof nodeWho>
export type NodeApp = z.infer<typeof nodeApp>
export type NodeActor = z.infer<typeof nodeActor>

/**
 * What the hub answers to both when it wants to be told again: after a second where somebody watches, at once
 * where somebody begins to, at the latest after `waitMs`; at once without that.
 */
export interface Wanted {
  /** Somebody watches: changes are told as they come. */
  readonly watched: boolean
  /** It does not know what was told before: all is to be told once more. */
  readonly whole: boolean
}

/** An actor as those who watch are told of it: parts that have not changed are left out. */
export interface FleetActor extends ActorTold {
  /** The name of its worker. */
  readonly worker: string
  /** Whether it is at the hub now: else all but `worker` and `agent` is of its last time, or not known. */
  readonly there?: boolean
  /** As its node has it; null of one that no agent started. */
  readonly agent?: (NodeActor & { readonly node: string }) | null
}

/** A node as those who watch are told of it. */
export interface FleetNode extends Pick<NodeTold, 'who' | 'apps'> {
  readonly name: string
  /** Whether its agent is at the hub now: else what is told is of its last time. */
  readonly there?: boolean
}

/** What commands took within a second: from when each was posted to its last answer. */
export interface RateSample {
  /** Milliseconds since 1970, of the end of the second. */
  readonly at: number
  readonly posted: number
  readonly answered: number
  /** Milliseconds; null where none was answered. */
  readonly p50: number | null
  readonly p99: number | null
}

/**
 * The answer to `{do: 'fleet', after, waitMs}` and `GET /v1/fleet?after=&waitMs=`: all of it at first, then
 * what has changed since the cursor. Members of an object that are there replace those that were.
 */
export interface FleetChanges {
  /** What the next question says as `after`. */
  readonly cursor: string
  /** Forget what was told before: this is all. */
  readonly anew: boolean
  /** Milliseconds since 1970, by the clock of the hub. */
  readonly now: number
  readonly nodes: readonly FleetNode[]
  readonly actors: readonly FleetActor[]
  /** Names of nodes, and of workers. They are gone before what else is told: some may have come again. */
  readonly gone: { readonly nodes: readonly string[]; readonly actors: readonly string[] }
  /** Seconds that are over since the cursor; of the last five minutes at first. */
  readonly rates: readonly RateSample[]
}

/** An errand for the agent of a node, as a page asks for it: `{do: 'errand', of: <node>, body: <this>}`. */
export const errandAsked = z.object({
  method: z.enum(['GET', 'POST', 'DELETE']),
  /**
   * `/v1/apps`, `/v1/actors`, `/v1/actors/<id>`, `/v1/actors/<id>/start`, `…/stop`, `…/log`, with a query:
   * of a log `?tail=` lines, or `?from=` a place and `&waitMs=` to wait for what comes behind it.
   */
  path: z.string().max(fleetLimits.textChars),
  /** JSON: of a start, `{app, actor, params, …}`; of a stop `{graceMs}`. */
  body: json.optional(),
})

/** What the agent answered: its own status and body, of a log the text and its places. */
export const errandDone = z.object({
  status: z.int().min(200).max(599),
  /** Of all but logs. */
  body: json.optional(),
  /** Of a log: the first place of `text`, and where the next begins. */
  log: z.object({ from: count, next: count, text: z.string() }).optional(),
})

export type ErrandAsked = z.infer<typeof errandAsked>
export type ErrandDone = z.infer<typeof errandDone>
