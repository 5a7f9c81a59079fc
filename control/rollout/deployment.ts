/** A deployment, as its file says it: which actors of an app run where. */
import { parse } from 'yaml'
import { z } from 'zod'
import { messageOf } from '../../ports/index.js'
import { allowance } from '../agent/allowance.js'
import { RESTARTS, type Restart } from '../agent/core.js'
import { DeployError } from './errors.js'
import { rolloutLimits } from './limits.js'

/** Which agents an actor runs on. */
export type Where =
  | 'all'
  | { readonly nodes: readonly string[] }
  | { readonly label: Readonly<Record<string, string>>; readonly count?: number | undefined }
  | { readonly count: number }

export interface Placement {
  readonly actor: string
  readonly on: Where
  readonly params: Readonly<Record<string, string | number | boolean>>
  /** How many on each agent; of a count, on how many agents. */
  readonly each: number
  /** Types of groups in which it takes part; undefined for all of the app. */
  readonly groups?: readonly string[] | undefined
  readonly limits: z.infer<typeof allowance>
  readonly restart: Restart
}

export interface AgentNamed {
  /** `host:port`; undefined where it is to be found by its name. */
  readonly at?: string | undefined
  /** File of its token, beside the deployment's. */
  readonly tokenFile?: string | undefined
}

export interface Deployment {
  /** Undefined: that of the app. */
  readonly name?: string | undefined
  /** File of the app, beside the deployment's. */
  readonly app: string
  /** Further files that the app reads, as patterns. */
  readonly files: readonly string[]
  /** None: those that announce themselves. */
  readonly agents: Readonly<Record<string, AgentNamed>>
  /** Of all agents that have none of their own. */
  readonly tokenFile?: string | undefined
  readonly place: readonly Placement[]
}

/** What deployments and agents are called: parts of ids and of files. */
export const NAME = /^[A-Za-z0-9][\w.-]*$/
const name = z.string().regex(NAME, 'give letters, digits, _, . and -').max(rolloutLimits.nameChars)
const labels = z.record(z.string(), z.coerce.string())
const count = z.int().min(1).max(rolloutLimits.nodes)

const where = z.union([
  z.literal('all'),
  z.string().transform((node) => ({ nodes: [node] })),
  z
    .array(z.string())
    .min(1)
    .max(rolloutLimits.nodes)
    .transform((nodes) => ({ nodes })),
  z.strictObject({ nodes: z.array(z.string()).min(1) }),
  z.strictObject({ label: labels, count: count.optional() }),
  z.strictObject({ count }),
])

const placement = z.strictObject({
  actor: z.string(),
  on: where,
  params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  each: z.int().min(1).max(rolloutLimits.actorsOnNode).default(1),
  groups: z.array(z.string()).optional(),
  limits: allowance.default({}),
  restart: z.enum(RESTARTS).default('on-failure'),
})

const agent = z.union([
  z.string().transform((at) => ({ at })),
  z.null().transform(() => ({})),
  z.strictObject({ at: z.string().optional(), tokenFile: z.string().optional() }),
])

export const deployment = z.strictObject({
  name: name.optional(),
  app: z.string(),
  files: z.array(z.string()).default([]),
  agents: z.record(name, agent).default({}),
  tokenFile: z.string().optional(),
  place: z.array(placement).min(1).max(rolloutLimits.actorsOnNode),
})

/** @throws DeployError `deploy-bad-file`, which says where. */
export function readDeployment(text: string, file: string): Deployment {
  if (text.length > rolloutLimits.fileBytes) throw bad(file, 'is too long')
  let given: unknown
  try {
    given = parse(text)
  } catch (error) {
    throw bad(file, `is no YAML: ${messageOf(error).split('\n')[0]}`)
  }
  const read = deployment.safeParse(given)
  if (read.success) return read.data
  const flaws = read.error.issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`)
  throw bad(file, flaws.join('; '))
}

function bad(file: string, why: string): DeployError {
  return new DeployError('deploy-bad-file', `${file}: ${why}; docs/deploy.md shows one`)
}
