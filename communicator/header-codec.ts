/** Headers of messages as MessagePack, by the profile of F3. */

/** A number that goes as a float whatever it is: of JavaScript's own numbers 1 and 1.0 are the same. */
export class Float {
  readonly value: number

  constructor(value: number) {
    this.value = value
  }
}

/** A value of an extension type; that of -1, a moment, comes as a Date. */
export class Extension {
  readonly type: number
  readonly data: Uint8Array

  constructor(type: number, data: Uint8Array) {
    this.type = type
    this.data = data
  }
}

export type HeaderValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Date
  | Float
  | Extension
  | readonly HeaderValue[]
  | { readonly [key: string]: HeaderValue }

export type HeaderMap = { readonly [key: string]: HeaderValue }
