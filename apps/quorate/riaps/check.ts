/**
 * What a model says that makes no sense, though its form is right: all of it at once. RIAPS itself finds the
 * first of some of these, and others when an actor starts.
 */
import type { ActorModel, AppModel, ComponentModel, GroupModel, Instance, Named, PortModel } from './model.js'
import type { Problem } from './problem.js'

export interface Findings {
  /** What an app cannot be made of. */
  readonly errors: readonly Problem[]
  /** What is odd, and can be. */
  readonly warnings: readonly Problem[]
}

export function checkModel(app: AppModel): Findings {
  const check = new Check(app)
  check.run()
  return check
}

class Check implements Findings {
  readonly errors: Problem[] = []
  readonly warnings: Problem[] = []
  readonly #app: AppModel
  readonly #messages: ReadonlySet<string>
  readonly #components: ReadonlyMap<string, ComponentModel>

  constructor(app: AppModel) {
    this.#app = app
    this.#messages = new Set(app.messages.map(({ name }) => name))
    this.#components = new Map(app.components.map((component) => [component.name, component]))
  }

  run(): void {
    const { name, at, messages, groups, components, actors } = this.#app
    if (components.length === 0) this.#error(at, `the app ${name} has no component`)
    if (actors.length === 0) this.#error(at, `the app ${name} has no actor`)
    this.#unique('message', messages)
    this.#unique('group', groups)
    this.#unique('component', components)
    this.#unique('actor', actors)
    for (const group of groups) this.#group(group)
    for (const component of components) this.#component(component)
    for (const actor of actors) this.#actor(actor)
    this.#counterparts()
  }

  #group({ name, at, message, timing }: GroupModel): void {
    this.#known(message)
    const { heartbeat = 1000, electionMin = 1500, electionMax = 2000 } = timing
    const { peerTimeout = 3000, consensusTimeout = 1500 } = timing
    const order = { heartbeat, electionMin, electionMax, peerTimeout }
    const values = Object.values(order)
    if (!values.every((ms, index) => index === 0 || ms > (values[index - 1] ?? 0)) || heartbeat <= 0) {
      const text = Object.entries(order).map(([each, ms]) => `${each} ${ms}`)
      this.#warning(at, `group ${name}: RIAPS refuses these times, they do not grow: ${text.join(' < ')}`)
    }
    if (consensusTimeout >= electionMax) {
      const text = `consensusTimeout ${consensusTimeout} is not below electionMax ${electionMax}`
      this.#warning(at, `group ${name}: RIAPS refuses these times: ${text}`)
    }
  }

  #component({ name, formals, ports }: ComponentModel): void {
    this.#unique(`parameter of ${name}`, formals)
    this.#unique(`port of ${name}`, ports)
    for (const { messages } of ports) for (const message of messages) this.#known(message)
  }

  #actor(actor: ActorModel): void {
    const { name, at, formals, locals, internals, instances } = actor
    if (instances.length === 0) this.#error(at, `actor ${name} has no component`)
    this.#unique(`parameter of ${name}`, formals)
    this.#unique(`component of ${name}`, instances)
    for (const message of [...locals, ...internals]) this.#known(message)
    for (const message of internals) {
      if (!locals.some((local) => local.name === message.name)) continue
      this.#error(message.at, `actor ${name}: message ${message.name} is both local and internal`)
    }
    for (const instance of instances) this.#instance(actor, instance)
  }

  #instance(actor: ActorModel, instance: Instance): void {
    const { type, name } = instance
    const component = this.#components.get(type.name)
    if (!component) {
      this.#error(type.at, `${actor.name}.${name}: there is no component ${type.name}`)
      return
    }
    this.#actuals(actor, instance, component)
    for (const port of component.ports) this.#scope(actor, instance, component, port)
  }

  #actuals(
    actor: ActorModel,
    { name, at, actuals }: Instance,
    { formals, name: type }: ComponentModel,
  ): void {
    const what = `${actor.name}.${name}`
    this.#unique(`argument of ${what}`, actuals)
    for (const actual of actuals) {
      if (!formals.some((formal) => formal.name === actual.name)) {
        this.#error(actual.at, `${what}: component ${type} has no parameter ${actual.name}`)
      }
      const { param } = actual
      if (param && !actor.formals.some((formal) => formal.name === param.name)) {
        this.#error(param.at, `${what}: actor ${actor.name} has no parameter ${param.name}`)
      }
    }
    for (const { name: formal, fallback } of formals) {
      if (fallback !== undefined || actuals.some((actual) => actual.name === formal)) continue
      this.#error(at, `${what}: parameter ${formal} of component ${type} is given no value`)
    }
  }

  #scope(actor: ActorModel, { name, at }: Instance, component: ComponentModel, port: PortModel): void {
    const scopes = port.messages.map((message) => scopeOf(actor, message))
    const [first = 'internal', second = first] = scopes
    const what = `${actor.name}.${name}`
    if (first !== second) {
      const [query, answer] = port.messages.map((message) => message.name)
      const text = `${query} is ${first} and ${answer} ${second}: a port needs both in one scope`
      this.#error(at, `${what}, port ${port.name}: ${text}`)
    } else if (component.isDevice && first === 'global') {
      const text = `the messages of a device must be local or internal to its actor`
      this.#warning(at, `${what}, port ${port.name}: RIAPS refuses it, ${text}`)
    }
  }

  /** Ports of which no other side is in the model; each type of message is told once. */
  #counterparts(): void {
    const used = new Set(this.#app.actors.flatMap(({ instances }) => instances.map(({ type }) => type.name)))
    const components = this.#app.components.filter(({ name }) => used.has(name))
    const sides = new Set(components.flatMap(({ ports }) => ports.map((port) => sideOf(port, port.kind))))
    for (const component of this.#app.components) {
      if (!used.has(component.name)) {
        this.#warning(component.at, `component ${component.name} is in no actor`)
      }
    }
    for (const { name, ports } of components) {
      for (const port of ports) {
        const other = COUNTERPARTS[port.kind]
        if (!other || sides.has(sideOf(port, other))) continue
        const carried = port.messages.map((message) => message.name).join(', ')
        this.#warning(port.at, `${name}.${port.name}: no component has a ${other} of ${carried}`)
      }
    }
  }

  #known({ name, at }: Named): void {
    if (!this.#messages.has(name)) this.#error(at, `there is no message ${name}`)
  }

  #unique(what: string, among: readonly Named[]): void {
    const seen = new Set<string>()
    for (const { name, at } of among) {
      if (seen.has(name)) this.#error(at, `${what}: ${name} is there twice`)
      seen.add(name)
    }
  }

  #error(at: Named['at'], text: string): void {
    this.errors.push({ at, text })
  }

  #warning(at: Named['at'], text: string): void {
    this.warnings.push({ at, text })
  }
}

const COUNTERPARTS: Readonly<Partial<Record<PortModel['kind'], PortModel['kind']>>> = {
  ...{ pub: 'sub', sub: 'pub', clt: 'srv', srv: 'clt' },
  ...{ req: 'rep', rep: 'req', qry: 'ans', ans: 'qry' },
}

function sideOf({ messages }: PortModel, kind: PortModel['kind']): string {
  return [kind, ...messages.map(({ name }) => name)].join(' ')
}

export function scopeOf({ locals, internals }: ActorModel, { name }: Named): 'global' | 'local' | 'internal' {
  if (internals.some((message) => message.name === name)) return 'internal'
  return locals.some((message) => message.name === name) ? 'local' : 'global'
}
