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
}

export interface DeclaredEntry {
  readonly name: string
  readonly exports: readonly Export[]
}

export function entriesOf(root: string): Entry[]
export function declarationsOf(root: string): DeclaredEntry[]
