/**
 * Makes the components of an actor and gives each port its name and scope, before anything is opened. Every
 * mistake in the user's classes that can be seen without a network shows here.
 */
import type { Logger } from 'pino'
import type { MessageType, Port, PortScope } from '../ports/index.js'
import type { ActorDefinition } from './app.js'
import { type Component, type ComponentContext, makeComponent } from './component.js'
import type { Command } from './control/command.js'
import { Controlled } from './control/controlled.js'
import { Happenings } from './control/happenings.js'
import { Metrics, type MetricsSink } from './control/metrics.js'
import type { AnyProperty } from './control/property.js'
import { entriesOf } from './entries.js'
import { AppError } from './errors.js'
import type { JoinsGroups } from './groups/joins-groups.js'
import { nameThePorts } from './port-names.js'
import { type Scheduler, schedulers } from './schedule.js'
import type { ComponentTurns } from './turns.js'

export interface BuiltComponent {
  readonly name: string
  readonly component: Component<object>
  readonly ports: readonly Port[]
  readonly commands: readonly Command[]
  readonly properties: readonly AnyProperty[]
  readonly scheduler: Scheduler
}

/** A component with its turns. */
export interface RunComponent extends BuiltComponent {
  readonly turns: ComponentTurns
}

export interface BuildOptions {
  readonly definition: ActorDefinition
  readonly params: Readonly<Record<string, unknown>>
  readonly app: string
  readonly actor: string
  readonly actorId: string
  readonly log: Logger
  /** Undefined where components are only looked at. */
  readonly groups?: JoinsGroups
  /** Where they tell what happens; nowhere unless told. */
  readonly happenings?: Happenings
  /** Where what they report goes; nowhere unless told. */
  readonly metrics?: MetricsSink | undefined
}

/**
 * @throws AppError `bad-app`, `bad-port`, `bad-control`, `message-conflict`; whatever a component's
 * constructor throws.
 */
export function buildComponents(options: BuildOptions): BuiltComponent[] {
  const { definition, params, app, actor, actorId, log, groups, happenings = new Happenings() } = options
  const metrics = new Metrics(options.metrics)
  const types = new Map<string, MessageType>()
  return entriesOf(definition, params, actor).map(({ name, type, params: own }) => {
    const context: ComponentContext = {
      name,
      actor,
      actorId,
      app,
      params: Object.freeze({ ...own }),
      log: log.child({ component: name }),
      groups,
    }
    const made = makeComponent(type, context)
    const ports = nameThePorts(made, name)
    for (const [portName, port] of ports) {
      for (const type of port.types) checkConflict(types, type, `${name}.${portName}`)
      port.place(name, portName, scopeOf(port, definition))
    }
    const { component } = made
    const controls = Controlled.place(component, happenings, metrics)
    return { name, component, ports: [...ports.values()], ...controls, scheduler: schedulerOf(type, name) }
  })
}

function schedulerOf(type: object, name: string): Scheduler {
  const wanted: unknown = Reflect.get(type, 'scheduler') ?? 'fifo'
  const scheduler = schedulers.find((each) => each === wanted)
  if (scheduler) return scheduler
  const known = schedulers.join(', ')
  throw new AppError(
    'bad-app',
    `component ${name}: there is no scheduler ${JSON.stringify(wanted)}; use ${known}`,
  )
}

function checkConflict(types: Map<string, MessageType>, type: MessageType, path: string): void {
  const other = types.get(type.name)
  if (!other) types.set(type.name, type)
  else if (other.fingerprint !== type.fingerprint) {
    throw new AppError(
      'message-conflict',
      `${path} carries a message ${type.name} with another schema than other ports of the actor; ` +
        'define each message once and import it, or give one of them another name',
    )
  }
}

/** The scope that its message types have in the actor. A query and its answer must have the same. */
function scopeOf(port: Port, { local, internal }: ActorDefinition): PortScope {
  const scopes = port.types.map((type): PortScope => {
    if (internal.some((each) => each.name === type.name)) return 'internal'
    return local.some((each) => each.name === type.name) ? 'local' : 'global'
  })
  const [first = 'global', second = first] = scopes
  if (first === second) return first
  throw new AppError(
    'bad-app',
    `${port.carries}: the query is ${first} and the answer ${second}; give both one scope`,
  )
}
