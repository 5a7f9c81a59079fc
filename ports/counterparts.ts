/** Which kinds of port belong together: one that connects, and the one that binds for it. */

const PAIRS = [
  ['sub', 'pub'],
  ['qry', 'ans'],
  ['req', 'rep'],
  ['clt', 'srv'],
] as const

const BINDING: ReadonlyMap<string, string> = new Map(PAIRS)
const CONNECTING: ReadonlyMap<string, string> = new Map(PAIRS.map(([connects, binds]) => [binds, connects]))

/** The kind that binds for one that connects; undefined for any other. */
export function bindingKindFor(kind: string): string | undefined {
  return BINDING.get(kind)
}

/** True for the kinds that bind an address, and that others connect to. */
export function isBindingKind(kind: string): boolean {
  return CONNECTING.has(kind)
}

/** The kind at the other end; undefined for kinds that have none, and for what is no kind. */
export function counterpartOf(kind: string): string | undefined {
  return BINDING.get(kind) ?? CONNECTING.get(kind)
}
