/** A property of a component: a value that others may read, hear the changes of, and set where they may. */
import { describeIssues, type JsonSchema, type MessageType, OperationError } from '../../ports/index.js'
import { checked, type Prepared } from './checked.js'

/** Options of a property. */
export interface PropertyOptions<In, Out = In> {
  /** What it is at first. */
  readonly value: In
  /** One line for people: what it is. */
  readonly description?: string
  /** Whether others may set it. Default false. */
  readonly writable?: boolean
  /** Called in the component's turn after others set it; where it throws, it is what it was. */
  readonly onChange?: (now: Out, before: Out) => unknown
}

/** Told of each change: what the property was, as it was given. */
export type PropertyChanged = (before: unknown) => void

/** A property of whatever type: what doors see of it. */
export type AnyProperty = Pick<
  Property,
  'name' | 'path' | 'description' | 'isWritable' | 'schema' | 'shown' | 'prepare' | 'place'
>

/** A property of a component: what `this.property()` gives. */
export class Property<In = unknown, Out = In> {
  /** Its name within the component. */
  readonly name: string
  /** One line for people. */
  readonly description: string
  /** Whether others may set it. */
  readonly isWritable: boolean
  /** Where its schema offers one. */
  readonly schema: JsonSchema | undefined
  readonly #type: MessageType<In, Out>
  readonly #onChange: PropertyOptions<In, Out>['onChange']
  #given: unknown
  #value: Out
  #component = ''
  #changed: PropertyChanged = () => undefined

  /** The runtime's: call `this.property()` in a component. @throws OperationError `bad-option`. */
  constructor(type: MessageType<In, Out>, options: PropertyOptions<In, Out>) {
    const { value, description = '', writable = false, onChange } = options
    this.name = type.name
    this.description = description
    this.isWritable = writable
    this.schema = type.jsonSchema
    this.#type = type
    this.#onChange = onChange
    this.#given = value
    this.#value = this.#checked(value)
  }

  /** As errors and logs show it. */
  get path(): string {
    return `${this.#component}.${this.name}`
  }

  /** What it is now, as the schema gives it. */
  get value(): Out {
    return this.#value
  }

  /**
   * Sets it; who watches the actor hears of it, at the latest with the next turn of the event loop, and of
   * several changes within one only the last. @throws OperationError `bad-option` where the schema refuses
   * it.
   */
  set value(value: In) {
    this.#take(value, this.#checked(value))
  }

  /** What it is now, as it was given. */
  get shown(): unknown {
    return this.#given
  }

  /** The runtime's: checks a value that others want it to have. */
  prepare(given: unknown): Prepared {
    return checked(this.#type, given, async (value) => {
      const [before, givenBefore] = [this.#value, this.#given]
      this.#value = value
      this.#given = given
      try {
        await this.#onChange?.(value, before)
      } catch (error) {
        this.#value = before
        this.#given = givenBefore
        throw error
      }
      this.#changed(givenBefore)
    })
  }

  /** The runtime's. */
  place(component: string, changed: PropertyChanged): void {
    this.#component = component
    this.#changed = changed
  }

  #take(given: In, value: Out): void {
    const before = this.#given
    this.#given = given
    this.#value = value
    this.#changed(before)
  }

  #checked(value: unknown): Out {
    const result = this.#type.validate(value)
    if (!result.issues) return result.value
    const text = `the property ${this.name} cannot be set: ${describeIssues(result.issues)}`
    throw new OperationError('bad-option', text)
  }
}
