/** What an agent keeps: the apps that are installed, and its actors. */
import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { describedActors } from '../bundle/index.js'
import { FolderJournal } from '../journal/folder-journal.js'
import {
  type DeploymentRecord,
  deploymentRecord,
  type RolloutRecord,
  rolloutRecord,
} from '../rollout/records.js'
import { allowance } from './allowance.js'
import { PHASES, RESTARTS } from './core.js'
import { AgentError } from './errors.js'

/** An app, as it was when it was installed. */
export const appRecord = z.object({
  name: z.string(),
  version: z.string(),
  /** The file that it was installed from. */
  file: z.string(),
  /** What that was compiled to, which is what is run. */
  module: z.string(),
  installedMs: z.number(),
  actors: describedActors,
})

export type AppRecord = z.infer<typeof appRecord>

const exit = z.object({ code: z.number().nullable(), signal: z.string().nullable() })

/** What somebody asked to be started. */
export const startedSpec = z.object({
  app: z.string(),
  actor: z.string(),
  params: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
  restart: z.enum(RESTARTS),
  activeMs: z.number(),
  graceMs: z.number(),
  /** `host:port` of the Redis that its metrics go to; '' for none. */
  metrics: z.string(),
  /** What it may use; older agents kept none. */
  limits: allowance.default({}),
  /** The digest of the bundle that it is of; none for an app that was installed from a file. */
  bundle: z.string().optional(),
  /** The seats of this host, as `--seats` has them; none for those that the agent was told. */
  seats: z.string().optional(),
})

export type StartedSpec = z.infer<typeof startedSpec>

export const actorRecord = z.object({
  id: z.string(),
  spec: startedSpec,
  module: z.string(),
  createdMs: z.number(),
  state: z.object({
    ...{ restart: z.enum(RESTARTS), phase: z.enum(PHASES), sinceMs: z.number(), dueMs: z.number() },
    ...{ activeMs: z.number(), graceMs: z.number(), wanted: z.enum(['up', 'down']), starts: z.number() },
    ...{ failures: z.number(), signalled: z.enum(['', 'SIGTERM', 'SIGKILL']), why: z.string() },
  }),
  /** Where the log begins that is not forgotten, and where its present process began to write. */
  logBegins: z.number(),
  runBegins: z.number(),
  /** How its last process ended, and what it said last. */
  last: z.object({ ...exit.shape, atMs: z.number(), lines: z.array(z.string()) }).optional(),
})

export type ActorRecord = z.infer<typeof actorRecord>

/** Who signs in. */
export const userRecord = z.object({
  name: z.string(),
  /** The scrypt of the password, with this salt; both in hex. */
  salt: z.string(),
  hash: z.string(),
  /** Seals the tokens that stand for the user. */
  key: z.string().min(32),
})

export type UserRecord = z.infer<typeof userRecord>

/** The folder of an agent: what it answered for is in it, whenever the process or the host dies. */
export class AgentStore extends FolderJournal {
  /** @throws AgentError `agent-not-kept` where the folder cannot be written. */
  constructor(folder: string) {
    super(folder, (message, options) => new AgentError('agent-not-kept', message, options))
  }

  apps(): AppRecord[] {
    return this.#all('app', appRecord)
  }

  actors(): ActorRecord[] {
    return this.#all('actor', actorRecord)
  }

  /** The one who signs in; undefined where its password was never changed. */
  user(): UserRecord | undefined {
    const [text] = [...this.entries()].flatMap(([key, text]) => (key[0] === 'user' ? [text] : []))
    if (text === undefined) return undefined
    const read = userRecord.safeParse(JSON.parse(text))
    // In a form that another agent wrote: no password is right, rather than the one that everybody knows.
    const nobody = { name: '', salt: '', hash: '', key: randomBytes(32).toString('hex') }
    return read.success ? read.data : nobody
  }

  putUser(record: UserRecord): void {
    this.putText(['user', record.name], JSON.stringify(record))
  }

  deployments(): DeploymentRecord[] {
    return this.#all('deployment', deploymentRecord)
  }

  putDeployment(record: DeploymentRecord): void {
    this.putText(['deployment', record.name], JSON.stringify(record))
  }

  removeDeployment(name: string): void {
    this.remove(['deployment', name])
  }

  rollouts(): RolloutRecord[] {
    return this.#all('rollout', rolloutRecord)
  }

  putRollout(record: RolloutRecord): void {
    this.putText(['rollout', record.id], JSON.stringify(record))
  }

  removeRollout(id: string): void {
    this.remove(['rollout', id])
  }

  putApp(record: AppRecord): void {
    this.putText(['app', record.name], JSON.stringify(record))
  }

  putActor(record: ActorRecord): void {
    this.putText(['actor', record.id], JSON.stringify(record))
  }

  removeActor(id: string): void {
    this.remove(['actor', id])
  }

  #all<T>(kind: string, model: z.ZodType<T>): T[] {
    return [...this.entries()].flatMap(([key, text]) => {
      // One that an older or newer agent wrote in another form is none.
      const read = key[0] === kind ? model.safeParse(JSON.parse(text)) : undefined
      return read?.success ? [read.data] : []
    })
  }
}
