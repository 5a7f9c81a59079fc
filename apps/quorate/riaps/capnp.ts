/**
 * As much of Cap'n Proto's language as says what messages hold: structs, enums, groups and unions. All else
 * is passed over, and what cannot be read leaves a struct out: it is looked at for its shapes only.
 */
import { createToken, Lexer } from 'chevrotain'
import { commandLimits } from '../limits.js'

/** A type as it is written: `List(Float64)` is List of Float64. */
export interface CapnpType {
  readonly name: string
  readonly of: readonly CapnpType[]
}

export interface CapnpField {
  readonly name: string
  /** Of a group or a union with a name: its fields. */
  readonly type: CapnpType | readonly CapnpField[]
  /** It stands in a union: another may be there in its place. */
  readonly isOneOf: boolean
}

export interface CapnpFile {
  /** By their names with those of the structs around them: `Outer.Inner`. */
  readonly structs: ReadonlyMap<string, readonly CapnpField[]>
  readonly enums: ReadonlyMap<string, readonly string[]>
}

const lexer = new Lexer(
  [
    createToken({ name: 'Blank', pattern: /[\s\ufeff]+/, group: Lexer.SKIPPED, line_breaks: true }),
    createToken({ name: 'Comment', pattern: /#[^\n]*/, group: Lexer.SKIPPED }),
    createToken({ name: 'Text', pattern: /"(?:\\.|[^"\\\n])*"?/ }),
    createToken({ name: 'Word', pattern: /[A-Za-z_][\w.]*/ }),
    createToken({ name: 'Number', pattern: /[-+]?[\d.][\w.]*/ }),
    createToken({ name: 'Sign', pattern: /\S/ }),
  ],
  { positionTracking: 'onlyOffset' },
)

export function readCapnp(text: string): CapnpFile {
  return new CapnpReader(lexer.tokenize(text).tokens.map(({ image }) => image)).read()
}

class CapnpReader implements CapnpFile {
  readonly structs = new Map<string, readonly CapnpField[]>()
  readonly enums = new Map<string, readonly string[]>()
  readonly #words: readonly string[]
  #next = 0

  constructor(words: readonly string[]) {
    this.#words = words
  }

  read(): this {
    while (this.#next < this.#words.length) this.#statement('', [], 0)
    return this
  }

  /** One statement of a file or struct; fields go to `fields`. */
  #statement(scope: string, fields: CapnpField[], depth: number, isOneOf = false): void {
    const word = this.#take()
    const follows = this.#peek()
    if (word === 'struct' && isWord(follows)) this.#struct(scope, depth)
    else if (word === 'enum' && isWord(follows)) this.#enum(scope)
    else if (word === 'union' && follows === '{') fields.push(...this.#fields(scope, depth, true))
    else if (isWord(word) && (follows === '@' || follows === ':'))
      this.#field(word, scope, fields, depth, isOneOf)
    else if (word !== ';' && word !== '}') this.#pass()
  }

  #struct(scope: string, depth: number): void {
    const name = scope === '' ? this.#take() : `${scope}.${this.#take()}`
    while (this.#next < this.#words.length && this.#peek() !== '{' && this.#peek() !== ';') this.#next++
    if (this.#peek() === '{') this.structs.set(name, this.#fields(name, depth, false))
  }

  /** What stands between the braces that begin here. */
  #fields(scope: string, depth: number, isOneOf: boolean): CapnpField[] {
    if (depth >= commandLimits.capnpDepth) {
      this.#pass()
      return []
    }
    const fields: CapnpField[] = []
    this.#next++
    while (this.#next < this.#words.length && this.#peek() !== '}') {
      this.#statement(scope, fields, depth + 1, isOneOf)
    }
    this.#next++
    return fields
  }

  #enum(scope: string): void {
    const name = scope === '' ? this.#take() : `${scope}.${this.#take()}`
    const values: string[] = []
    while (this.#next < this.#words.length && this.#peek() !== '{') this.#next++
    this.#next++
    while (this.#next < this.#words.length && this.#peek() !== '}') {
      const word = this.#take()
      if (isWord(word) && this.#peek() === '@') values.push(word)
      this.#pass()
    }
    this.#next++
    if (values.length > 0) this.enums.set(name, values)
  }

  #field(name: string, scope: string, fields: CapnpField[], depth: number, isOneOf: boolean): void {
    if (this.#peek() === '@') this.#next += 2
    if (this.#peek() !== ':') {
      this.#pass()
      return
    }
    this.#next++
    const word = this.#peek()
    if ((word === 'group' || word === 'union') && this.#words[this.#next + 1] === '{') {
      this.#next++
      fields.push({ name, type: this.#fields(scope, depth, word === 'union'), isOneOf })
      return
    }
    fields.push({ name, type: this.#type(depth), isOneOf })
    this.#pass()
  }

  #type(depth: number): CapnpType {
    const name = this.#take().replace(/^\.+/, '')
    const of: CapnpType[] = []
    if (this.#peek() === '(' && depth < commandLimits.capnpDepth) {
      this.#next++
      while (this.#next < this.#words.length && this.#peek() !== ')') {
        of.push(this.#type(depth + 1))
        if (this.#peek() === ',') this.#next++
        else if (this.#peek() !== ')') break
      }
      this.#next++
    }
    return { name, of }
  }

  /** To behind the end of a statement: its `;`, or the braces that it has. */
  #pass(): void {
    let open = 0
    while (this.#next < this.#words.length) {
      const word = this.#peek()
      if (word === '}' && open === 0) return
      this.#next++
      if (word === '{') open++
      else if (word === '}' && --open === 0) return
      else if (word === ';' && open === 0) return
    }
  }

  #peek(): string {
    return this.#words[this.#next] ?? ''
  }

  #take(): string {
    return this.#words[this.#next++] ?? ''
  }
}

function isWord(text: string): boolean {
  return /^[A-Za-z_]\w*$/.test(text)
}
