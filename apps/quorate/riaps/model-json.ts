/**
 * A model as RIAPS's own compiler writes it: `riaps_lang`, a JSON file for each app. It has no places, and of
 * ports only those with a handler are in order, by their `index`.
 */
import { z } from 'zod'
import type {
  ActorModel,
  Actual,
  AppModel,
  ComponentModel,
  Formal,
  GroupModel,
  Instance,
  Named,
  PortKind,
  PortModel,
  Usage,
} from './model.js'
import { timingNames } from './model.js'
import { ModelRefused, NOWHERE } from './problem.js'
import { requireBounds } from './reading.js'

const KIB = 1024
const value = z.union([z.number(), z.string(), z.boolean()])
const names = z.array(z.object({ type: z.string() })).default([])
const whole = z.number().int().nonnegative()
const formals = z.array(z.object({ name: z.string(), default: value.optional() })).default([])
const optional = { timed: z.boolean().default(false), deadline: whole.default(0), index: whole.default(0) }
const oneWay = z.object({ type: z.string(), ...optional })
const twoWays = z.object({ req_type: z.string(), rep_type: z.string(), ...optional })
const timer = z.object({ period: whole.default(0), ...optional })
const inside = z.object({ ...optional })

const ports = z.object({
  subs: z.record(z.string(), oneWay).default({}),
  pubs: z.record(z.string(), oneWay).default({}),
  clts: z.record(z.string(), twoWays).default({}),
  srvs: z.record(z.string(), twoWays).default({}),
  reqs: z.record(z.string(), twoWays).default({}),
  reps: z.record(z.string(), twoWays).default({}),
  qrys: z.record(z.string(), twoWays).default({}),
  anss: z.record(z.string(), twoWays).default({}),
  tims: z.record(z.string(), timer).default({}),
  inss: z.record(z.string(), inside).default({}),
})

const component = z.object({
  formals,
  language: z.string().default('default'),
  scheduler: z.string().default('default'),
  ports,
})

const usage = z.object({
  cpu: z.object({ use: z.number(), max: z.boolean().nullish() }).partial().default({}),
  mem: z.object({ use: z.number().nullable() }).partial().default({}),
  spc: z.object({ use: z.number().nullable() }).partial().default({}),
  net: z.object({ rate: z.number(), ceil: z.number(), burst: z.number() }).partial().default({}),
})

const instance = z.object({
  type: z.string(),
  actuals: z
    .array(z.object({ name: z.string(), value: value.optional(), param: z.string().optional() }))
    .default([]),
})

const actor = z.object({
  'real-time': z.boolean().nullish(),
  formals,
  locals: names,
  internals: names,
  usage: usage.prefault({}),
  scheduler: z
    .object({ policy: z.enum(['rr', 'pri']), priority: whole })
    .partial()
    .default({}),
  instances: z.record(z.string(), instance).default({}),
})

const group = z.object({
  name: z.string(),
  kind: z.enum(['default', 'leader', 'consensus']).default('default'),
  message: z.string(),
  timed: z.boolean().default(false),
  params: z.partialRecord(z.enum(timingNames), whole).default({}),
})

const app = z.object({
  name: z.string(),
  messages: z.array(z.object({ name: z.string() })).default([]),
  groups: z.array(group).default([]),
  libraries: z.array(z.object({ name: z.string() })).default([]),
  components: z.record(z.string(), component).default({}),
  devices: z.record(z.string(), component).default({}),
  actors: z.record(z.string(), actor),
})

/** The app of a JSON file. @throws ModelRefused for what is none. */
export function modelOfJson(text: string, file: string): AppModel {
  requireBounds(file, text)
  const { name, messages, groups, libraries, components, devices, actors } = readJson(file, text, app)
  return {
    ...named(name),
    messages: messages.map((each) => named(each.name)),
    libraries: libraries.map((each) => named(each.name)),
    groups: groups.map(groupOf),
    components: [
      ...Object.entries(components).map(([each, parts]) => componentOf(each, parts, false)),
      ...Object.entries(devices).map(([each, parts]) => componentOf(each, parts, true)),
    ],
    actors: Object.entries(actors).map(([each, parts]) => actorOf(each, parts)),
  }
}

/** A JSON text by its schema. @throws ModelRefused that says where it differs. */
export function readJson<T>(file: string, text: string, schema: z.ZodType<T>): T {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new ModelRefused(file, [{ at: NOWHERE, text: `it is no JSON: ${why}` }])
  }
  const result = schema.safeParse(parsed)
  if (result.success) return result.data
  const found = result.error.issues.map(({ path, message }) => {
    const way = path.length > 0 ? `${path.map(String).join('.')}: ` : ''
    return { at: NOWHERE, text: `${way}${message}` }
  })
  throw new ModelRefused(file, found)
}

function named(name: string): Named {
  return { name, at: NOWHERE }
}

function groupOf({ name, kind, message, timed, params }: z.infer<typeof group>): GroupModel {
  return { ...named(name), kind, message: named(message), timed, timing: params }
}

function formalsOf(given: z.infer<typeof formals>): Formal[] {
  return given.map((each) => ({ ...named(each.name), fallback: each.default }))
}

function componentOf(name: string, given: z.infer<typeof component>, isDevice: boolean): ComponentModel {
  const { language, scheduler } = given
  return {
    ...named(name),
    isDevice,
    formals: formalsOf(given.formals),
    language: language === 'py' || language === 'cpp' ? language : undefined,
    scheduler: scheduler === 'rr' || scheduler === 'priority' ? scheduler : undefined,
    ports: portsOf(given.ports),
  }
}

interface PortGiven {
  readonly type?: string
  readonly req_type?: string
  readonly rep_type?: string
  readonly period?: number
  readonly timed: boolean
  readonly deadline: number
  readonly index: number
}

/** Those without a handler, which have no index, come last. */
function portsOf(given: z.infer<typeof ports>): PortModel[] {
  const found: { index: number; port: PortModel }[] = []
  const take = (kind: PortKind, ports: Readonly<Record<string, PortGiven>>) => {
    for (const [name, port] of Object.entries(ports)) {
      found.push({ index: port.index || Number.MAX_SAFE_INTEGER, port: portOf(kind, name, port) })
    }
  }
  take('sub', given.subs)
  take('srv', given.srvs)
  take('req', given.reqs)
  take('rep', given.reps)
  take('qry', given.qrys)
  take('ans', given.anss)
  take('timer', given.tims)
  take('inside', given.inss)
  take('pub', given.pubs)
  take('clt', given.clts)
  return found.sort((a, b) => a.index - b.index).map(({ port }) => port)
}

function portOf(kind: PortKind, name: string, given: PortGiven): PortModel {
  const messages = [given.type, given.req_type, given.rep_type].flatMap((each) => (each ? [named(each)] : []))
  const { timed, period, deadline } = given
  return {
    ...named(name),
    ...{ kind, messages, timed },
    periodMs: period || undefined,
    deadlineMs: deadline || undefined,
  }
}

function actorOf(name: string, given: z.infer<typeof actor>): ActorModel {
  const { policy, priority } = given.scheduler
  return {
    ...named(name),
    isRealTime: given['real-time'] === true,
    formals: formalsOf(given.formals),
    locals: given.locals.map(({ type }) => named(type)),
    internals: given.internals.map(({ type }) => named(type)),
    usage: usageOf(given.usage),
    scheduler: policy === 'rr' ? 'rr' : priority,
    instances: Object.entries(given.instances).map(([each, { type, actuals }]): Instance => {
      return { ...named(each), type: named(type), actuals: actuals.map(actualOf) }
    }),
  }
}

function actualOf({ name, value, param }: z.infer<typeof instance>['actuals'][number]): Actual {
  return { ...named(name), value, param: param === undefined ? undefined : named(param) }
}

/** There, sizes are in kilobytes. */
function usageOf({ cpu, mem, spc, net }: z.infer<typeof usage>): Usage {
  return {
    ...(cpu.use === undefined ? {} : { cpu: { percent: cpu.use, max: cpu.max === true } }),
    ...(typeof mem.use === 'number' ? { memory: mem.use * KIB } : {}),
    ...(typeof spc.use === 'number' ? { disk: spc.use * KIB } : {}),
    ...(net.rate === undefined
      ? {}
      : { network: { rate: net.rate, ceil: net.ceil ?? 0, burst: net.burst ?? 0 } }),
  }
}
