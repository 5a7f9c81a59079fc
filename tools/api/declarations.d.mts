/** A module of the package: its name, and its declarations relative to the root of the checkout. */
export interface Entry {
  readonly name: string
  readonly types: string
}

export interface Export {
  readonly name: string
  readonly kind: 'class' | 'interface' | 'function' | 'type' | 'constant'
  readonly doc: string
  /** Relative to the root of the checkout. */
  readonly file: string
  /** Of a class or interface: its own, and those of bases that are not exported. */
  readonly members?: readonly Member[]
}

export interface Member {
  /** As they are declared: one, or one for each overload. */
  readonly signatures: readonly string[]
  /** Its own text, or that of what it overrides or implements. */
  readonly doc: string
  readonly tags: readonly { readonly name: string; readonly text?: string }[]
}

export interface DeclaredEntry {
  readonly name: string
  readonly exports: readonly Export[]
}

export function entriesOf(root: string): Entry[]
export function declarationsOf(root: string): DeclaredEntry[]
/** What has no text: exports, and members, each with the file that declares it. */
export function bareOf(entries: readonly DeclaredEntry[]): string[]
