/**
 * An actor as a worker: its components are objects, their commands methods. What belongs to no object is
 * what the workers of control-lab-ly have, so that their users find it: what there is, and the properties of
 * components, as attributes.
 */
import type { CommandOutline, Controls } from '../../../runtime/index.js'
import { ControlError } from '../../../runtime/index.js'
import { type ExposedObject, type Exposing, Failure } from '../client/exposed.js'
import { argumentsOf, parametersOf } from './arguments.js'

interface ActorObject {
  readonly commands: ReadonlyMap<string, CommandOutline>
  readonly properties: ReadonlySet<string>
}

export class ActorObjects implements Exposing {
  readonly #controls: Controls
  readonly #objects: ReadonlyMap<string, ActorObject>

  constructor(controls: Controls) {
    this.#controls = controls
    const { commands, properties } = controls.outline
    const names = new Set([...commands, ...properties].map(({ component }) => component))
    const objects = [...names].map((name): [string, ActorObject] => {
      const own = commands.filter(({ component }) => component === name)
      const readable = properties.filter(({ component }) => component === name)
      return [
        name,
        {
          commands: new Map(own.map((command) => [command.name, command])),
          properties: new Set(readable.map((property) => property.name)),
        },
      ]
    })
    this.#objects = new Map(objects)
  }

  get objects(): Readonly<Record<string, ExposedObject>> {
    return this.#each(({ commands, properties }) => {
      return { methods: [...commands.keys()], attributes: [...properties] }
    })
  }

  async call(id: string, name: string, args: readonly unknown[], named: object): Promise<unknown> {
    const object = this.#objects.get(id)
    try {
      return await (object ? this.#command(object, name, args, named) : this.#own(name, args, named))
    } catch (error) {
      throw inPython(error, object ? 'TypeError' : 'ValueError')
    }
  }

  async #command({ commands }: ActorObject, name: string, args: readonly unknown[], named: object) {
    const command = commands.get(name)
    if (!command) throw new Failure('AttributeError', `Method not found: ${name}`)
    return this.#controls.command(`${command.component}.${name}`, argumentsOf(command, args, named))
  }

  async #own(name: string, args: readonly unknown[], named: object): Promise<unknown> {
    switch (name) {
      case 'exposeMethods':
        return this.#each(({ commands }, of) => ({ name: of, methods: methodsOf(commands) }))
      case 'exposeAttributes':
        return this.#each(({ properties }, of) => [of, [...properties]])
      case 'getattr':
        return this.#read(args, named)
      case 'setattr':
        return this.#write(args, named)
      default:
        throw new Failure('KeyError', 'Object not found')
    }
  }

  #read(args: readonly unknown[], named: object): unknown {
    const [id, of] = inOrder(['object_id', 'name'], args, named)
    const { properties } = this.#object(id)
    if (!Array.isArray(of)) return this.#controls.get(this.#property(id, of))
    // As there: those that it does not have are left out.
    const known = of.filter((each) => properties.has(each))
    return Object.fromEntries(known.map((each) => [each, this.#controls.get(this.#property(id, each))]))
  }

  async #write(args: readonly unknown[], named: object): Promise<null> {
    const [id, of, value] = inOrder(['object_id', 'name', 'value'], args, named)
    const path = this.#property(id, of)
    if (value === undefined) throw new Failure('ValueError', `Value not provided for attribute: ${of}`)
    await this.#controls.set(path, value)
    return null
  }

  #object(id: unknown): ActorObject {
    const object = typeof id === 'string' ? this.#objects.get(id) : undefined
    if (object) return object
    throw new Failure('KeyError', `Object not found: ${String(id)}`)
  }

  #property(id: unknown, name: unknown): string {
    const { properties } = this.#object(id)
    if (typeof name === 'string' && properties.has(name)) return `${id}.${name}`
    throw new Failure('AttributeError', `Attribute not found: ${String(name)}`)
  }

  #each<T>(of: (object: ActorObject, id: string) => T): Record<string, T> {
    return Object.fromEntries([...this.#objects].map(([id, object]) => [id, of(object, id)]))
  }
}

function methodsOf(commands: ActorObject['commands']): object {
  return Object.fromEntries([...commands].map(([name, command]) => [name, parametersOf(command)]))
}

/** Given by their place, or by name. */
function inOrder(names: readonly string[], args: readonly unknown[], named: object): readonly unknown[] {
  const given = new Map<string, unknown>(Object.entries(named))
  return names.map((name, at) => (at < args.length ? args[at] : given.get(name)))
}

/** What the actor refuses, as the kind of error that a worker in Python would raise. */
function inPython(error: unknown, wrongValue: string): unknown {
  if (!(error instanceof ControlError)) return error
  if (error.code === 'bad-arguments') return new Failure(wrongValue, error.message)
  return error.code === 'read-only' ? new Failure('AttributeError', error.message) : error
}
