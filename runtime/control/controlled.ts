/**
 * What a component lets others do: its commands and properties, made in its fields as ports are, and the
 * events that it tells of.
 */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { message, OperationError } from '../../ports/index.js'
import { AppError } from '../errors.js'
import { GroupHooks } from '../groups/group-hooks.js'
import { isMemberName } from '../port-names.js'
import { annotated } from './annotated.js'
import { type Command, type CommandOptions, commandOf } from './command.js'
import type { Happenings } from './happenings.js'
import type { Metrics } from './metrics.js'
import { type AnyProperty, Property, type PropertyOptions } from './property.js'

/** What a component lets others do, by its fields. */
export interface ComponentControls {
  readonly commands: readonly Command[]
  readonly properties: readonly AnyProperty[]
}

export abstract class Controlled extends GroupHooks {
  /** The component's name within its actor. */
  abstract readonly name: string
  readonly #commands: Command[] = []
  readonly #properties: AnyProperty[] = []
  /** Undefined while it is made. */
  #happenings: Happenings | undefined
  #metrics: Metrics | undefined

  /**
   * The runtime's: those of a component whose fields are all there, told of to these from now on.
   * @throws AppError `bad-control` for a name that two have.
   */
  static place(component: Controlled, happenings: Happenings, metrics: Metrics): ComponentControls {
    const { name } = component
    component.#happenings = happenings
    component.#metrics = metrics
    const commands = component.#commands
    const properties = component.#properties
    for (const all of [commands, properties]) requireApart(name, all)
    for (const command of commands) command.place(name)
    for (const property of properties) {
      property.place(name, (before) => happenings.changed(name, property, before))
    }
    return { commands, properties }
  }

  /**
   * A command that others may have this component do, by every door of its actor. The handler runs in turn
   * with all others; it gets the arguments as the schema gives them, and what it returns, or its promise, is
   * the answer: anything that JSON has.
   *
   *     readonly setTs = this.command('setTs', z.object({ Ts: z.number() }), ({ Ts }) => { … })
   *
   * @throws OperationError `bad-option`; AppError `bad-control` where the component is made already.
   */
  protected command<In, Out>(
    name: string,
    schema: StandardSchemaV1<In, Out>,
    handler: (args: Out) => unknown,
    options?: CommandOptions,
  ): Command
  protected command(
    name: string,
    schema: undefined,
    handler: (args: unknown) => unknown,
    options?: CommandOptions,
  ): Command
  protected command(
    name: string,
    schema: StandardSchemaV1 | undefined,
    handler: (args: unknown) => unknown,
    options: CommandOptions = {},
  ): Command {
    this.#requireMaking(name)
    const type = schema ? message(name, schema) : message(name)
    const command = commandOf(type, handler, options, annotated(type.jsonSchema, schema))
    this.#commands.push(command)
    return command
  }

  /**
   * A value that others may read, hear the changes of, and, where it is `writable`, set, by every door.
   *
   *     readonly Ts = this.property('Ts', z.number().min(1), { value: 100, writable: true })
   *
   * @throws OperationError `bad-option`, also where the schema refuses the value; AppError `bad-control`
   * where the component is made already.
   */
  protected property<In, Out>(
    name: string,
    schema: StandardSchemaV1<In, Out>,
    options: PropertyOptions<In, Out>,
  ): Property<In, Out> {
    this.#requireMaking(name)
    const property = new Property(message(name, schema), options)
    this.#properties.push(property)
    return property
  }

  /**
   * Tells all who watch the actor that something happened. Nobody need watch.
   * @param kind one of `ApiEventKind`, or your own from 9100 on
   * @throws OperationError `bad-option` for a kind that is no integer.
   */
  protected event(kind: number, context: object | null = null): void {
    if (!Number.isSafeInteger(kind) || kind < 0) {
      throw new OperationError(
        'bad-option',
        `${this.name}: the kind of an event is ${kind}; give an integer from 0 on`,
      )
    }
    this.#happenings?.tell({ is: 'event', component: this.name, kind, context })
  }

  /**
   * What the actor reports of its work, for whoever started it.
   * @throws OperationError `not-open` while the component is made.
   */
  protected get metrics(): Metrics {
    if (this.#metrics) return this.#metrics
    throw new OperationError('not-open', `${this.name}: metrics are reported from onActivate on`)
  }

  #requireMaking(name: string): void {
    if (!isMemberName(name)) {
      throw new AppError(
        'bad-control',
        `${this.name}: ${JSON.stringify(name)} is no name of a command or property`,
      )
    }
    if (!this.#happenings) return
    const text = `${this.name}: commands and properties are made in the fields of a component, not later`
    throw new AppError('bad-control', text)
  }
}

function requireApart(component: string, all: readonly { readonly name: string }[]): void {
  const twice = all.find(({ name }, at) => all.findIndex((each) => each.name === name) < at)
  if (!twice) return
  throw new AppError(
    'bad-control',
    `component ${component}: two are named ${twice.name}; give one another name`,
  )
}
