/**
 * The objects of a worker, as commands call them: methods that they have in public. What none of their
 * classes has said, nobody calls: nothing of Object, and nothing whose name begins with `_` or `#`.
 */

/** A failure as it is told: the name of its kind, and what it says. */
export class Failure extends Error {
  readonly kind: string

  constructor(kind: string, message: string) {
    super(message)
    this.kind = kind
  }
}

/** What others may have a worker do. */
export interface Exposing {
  /** By their ids, as the hub lists them. */
  readonly objects: Readonly<Record<string, ExposedObject>>
  /** What a method gives, or its promise. @throws Failure for what is not there; whatever it throws. */
  call(id: string, name: string, args: readonly unknown[], named: object): unknown
}

/** What a worker tells of an object. */
export interface ExposedObject {
  /** Names of what may be called. */
  readonly methods: readonly string[]
  /** Names of what may be read by `getattr` of the worker itself, and set where they are so. */
  readonly attributes?: readonly string[]
}

type Method = (...args: unknown[]) => unknown

export class Exposed implements Exposing {
  readonly #objects: ReadonlyMap<string, object>

  constructor(objects: Readonly<Record<string, object>>) {
    this.#objects = new Map(Object.entries(objects))
  }

  get objects(): Readonly<Record<string, ExposedObject>> {
    const entries = [...this.#objects].map(([id, object]) => {
      return [id, { methods: [...methodsOf(object).keys()] }] as const
    })
    return Object.fromEntries(entries)
  }

  /**
   * What a method gives, or its promise. Arguments by name come as one object behind the others.
   * @throws Failure for what is not there; whatever the method throws.
   */
  call(id: string, name: string, args: readonly unknown[], named: object): unknown {
    if (id === '' && name === 'exposeMethods') return this.#described()
    const object = this.#objects.get(id)
    if (!object) throw new Failure('KeyError', 'Object not found')
    const method = methodsOf(object).get(name)
    if (!method) throw new Failure('AttributeError', `Method not found: ${name}`)
    return method.apply(object, Object.keys(named).length > 0 ? [...args, named] : [...args])
  }

  /** As the clients of control-lab-ly want it. */
  #described(): object {
    const entries = [...this.#objects].map(([id, object]) => {
      const methods = Object.fromEntries([...methodsOf(object).keys()].map((name) => [name, {}]))
      return [id, { name: object.constructor.name, methods }]
    })
    return Object.fromEntries(entries)
  }
}

function methodsOf(object: object): ReadonlyMap<string, Method> {
  const methods = new Map<string, Method>()
  for (let of: object | null = object; of && of !== Object.prototype; of = Object.getPrototypeOf(of)) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(of))) {
      if (name === 'constructor' || name.startsWith('_') || methods.has(name)) continue
      if (isMethod(value)) methods.set(name, value)
    }
  }
  return methods
}

function isMethod(value: unknown): value is Method {
  return typeof value === 'function' && !/^class\b/.test(Function.prototype.toString.call(value))
}
