/** The shapes of messages as zod has them, from the Cap'n Proto structs of their names. */
import type { CapnpField, CapnpFile, CapnpType } from './capnp.js'
import { type Code, key, lines, list, quoted } from './layout.js'
import { plain } from './spelling.js'

export interface Shape {
  /** The constant that holds it. */
  readonly constant: string
  readonly code: Code
}

export interface Shapes {
  /** Each stands behind those that it is made of. */
  readonly declared: readonly Shape[]
  /** The constants of those messages that have a struct. */
  readonly ofMessages: ReadonlyMap<string, string>
  readonly notes: readonly string[]
}

const NUMBERS: Readonly<Record<string, string>> = {
  ...{ Int8: '-128, 127', Int16: '-32_768, 32_767', Int32: '-2_147_483_648, 2_147_483_647' },
  ...{ UInt8: '0, 255', UInt16: '0, 65_535', UInt32: '0, 4_294_967_295' },
}

/** @param messages their names, in the model. */
export function shapesOf(messages: readonly string[], files: readonly CapnpFile[]): Shapes {
  const maker = new ShapeMaker(files)
  const ofMessages = new Map<string, string>()
  for (const message of messages) {
    const constant = maker.struct(message)
    if (constant !== undefined) ofMessages.set(message, constant)
  }
  return { declared: maker.declared, ofMessages, notes: [...maker.notes] }
}

class ShapeMaker {
  readonly declared: Shape[] = []
  readonly notes = new Set<string>()
  readonly #structs: ReadonlyMap<string, readonly CapnpField[]>
  readonly #enums: ReadonlyMap<string, readonly string[]>
  readonly #made = new Map<string, string>()
  readonly #underWay = new Set<string>()

  constructor(files: readonly CapnpFile[]) {
    this.#structs = new Map(files.flatMap(({ structs }) => [...structs]))
    this.#enums = new Map(files.flatMap(({ enums }) => [...enums]))
  }

  /** The constant of a struct; undefined where there is none of the name, or it holds itself. */
  struct(name: string): string | undefined {
    const made = this.#made.get(name)
    if (made !== undefined) return made
    const fields = this.#structs.get(name)
    if (!fields) return undefined
    if (this.#underWay.has(name)) {
      this.notes.add(`the struct ${name} holds itself: where it does, anything is taken`)
      return undefined
    }
    this.#underWay.add(name)
    const code = this.#object(fields, name)
    this.#underWay.delete(name)
    const constant = `${plain(name)}Shape`
    this.#made.set(name, constant)
    this.declared.push({ constant, code })
    return constant
  }

  #object(fields: readonly CapnpField[], scope: string): Code {
    const rows = fields.map(({ name, type, isOneOf }): Code => {
      const shape = isType(type) ? this.#type(type, scope) : this.#object(type, scope)
      return [`${key(name)}: `, shape, isOneOf ? '.optional()' : '']
    })
    return ['z.object(', lines('{', rows, '}'), ')']
  }

  #type({ name, of: [item] }: CapnpType, scope: string): Code {
    if (name === 'List' && item) return ['z.array(', this.#type(item, scope), ')']
    const simple = this.#simple(name)
    if (simple !== undefined) return simple
    for (const path of within(scope, name)) {
      const values = this.#enums.get(path)
      if (values) return ['z.enum(', list('[', values.map(quoted), ']'), ')']
      const constant = this.struct(path)
      if (constant !== undefined) return constant
    }
    this.notes.add(`anything is taken for ${name} in ${scope}`)
    return 'z.unknown()'
  }

  #simple(name: string): string | undefined {
    const range = Object.hasOwn(NUMBERS, name) ? NUMBERS[name] : undefined
    if (range !== undefined) {
      const [min, max] = range.split(', ')
      return `z.number().int().min(${min}).max(${max})`
    }
    if (name === 'Int64' || name === 'UInt64') {
      this.notes.add('64-bit numbers are taken up to 2^53, beyond which JavaScript counts in other steps')
      return name === 'Int64' ? 'z.number().int()' : 'z.number().int().min(0)'
    }
    if (name === 'Float32' || name === 'Float64') return 'z.number()'
    if (name === 'Text') return 'z.string()'
    if (name === 'Data') return 'z.instanceof(Uint8Array)'
    if (name === 'Bool') return 'z.boolean()'
    return name === 'Void' ? 'z.null()' : undefined
  }
}

/** Where a name may mean something, from the inside out. */
function within(scope: string, name: string): string[] {
  const parts = scope.split('.')
  return [...parts.map((_, index) => [...parts.slice(0, parts.length - index), name].join('.')), name]
}

function isType(type: CapnpField['type']): type is CapnpType {
  return !Array.isArray(type)
}
