/** A command of a component: what others may have it do, by whatever door they come. */
import { type JsonSchema, type MessageType, type Period, periodMs } from '../../ports/index.js'
import { checked, type Prepared } from './checked.js'

/** Options of a command. */
export interface CommandOptions {
  /** One line for people: what it does. */
  readonly description?: string
  /**
   * A number by which it is called, too: one of `ApiCommand`, that managers of auto-trainer-api send, or of
   * your own.
   */
  readonly code?: number
  /** Milliseconds that its handler may take, or a text as '5ms'; `onDeadline` is told of longer ones. */
  readonly deadline?: Period
}

/** A command of a component: what `this.command()` gives. Others call it; the component need not keep it. */
export class Command {
  /** Its name within the component. */
  readonly name: string
  /** One line for people. */
  readonly description: string
  /** The number by which it is called, too. */
  readonly code: number | undefined
  /** Milliseconds that its handler may take. */
  readonly deadlineMs: number
  /** Of its arguments, where their schema offers one. */
  readonly schema: JsonSchema | undefined
  /** The runtime's: checks the arguments. */
  readonly prepare: (args: unknown) => Prepared
  #component = ''

  /** The runtime's: call `this.command()` in a component. @throws OperationError `bad-option`. */
  constructor(
    type: MessageType,
    prepare: Command['prepare'],
    options: CommandOptions,
    schema: JsonSchema | undefined,
  ) {
    const { description = '', code, deadline } = options
    this.name = type.name
    this.schema = schema
    this.prepare = prepare
    this.description = description
    this.code = code
    this.deadlineMs =
      deadline === undefined ? Number.POSITIVE_INFINITY : periodMs(deadline, `the deadline of ${type.name}`)
  }

  /** As errors and logs show it. */
  get path(): string {
    return `${this.#component}.${this.name}`
  }

  /** The runtime's. */
  place(component: string): void {
    this.#component = component
  }
}

/** The runtime's. @param schema of the arguments, for people. @throws OperationError `bad-option`. */
export function commandOf<In, Out>(
  type: MessageType<In, Out>,
  handler: (args: Out) => unknown,
  options: CommandOptions,
  schema = type.jsonSchema,
): Command {
  return new Command(type, (args) => checked(type, args, handler), options, schema)
}
