/**
 * Which ports belong together: a connecting port and a binding port of the counterpart kind that carry messages of
 * the same names, in a scope that reaches both. Whether the messages mean the same, `ports/compatibility` says.
 */
import type { PortScope } from '../ports/index.js'

/** A port as far as matching goes. */
export interface Matchable {
  readonly kind: string
  readonly scope: PortScope
  /** Names of its message types, in order. */
  readonly messages: readonly string[]
}

/** Where a port lives. */
export interface Place {
  readonly actorId: string
  /** The same on all actors that reach each other's loopback. */
  readonly host: string
}

/** The kind that binds, for each that connects. */
const BINDS: Readonly<Record<string, string>> = { sub: 'pub', qry: 'ans' }

/** True where `mine` connects to `theirs`. */
export function connectsTo(mine: Matchable, at: Place, theirs: Matchable, there: Place): boolean {
  if (BINDS[mine.kind] !== theirs.kind || mine.scope !== theirs.scope) return false
  if (mine.scope === 'internal' && at.actorId !== there.actorId) return false
  if (mine.scope === 'local' && at.host !== there.host) return false
  return (
    mine.messages.length === theirs.messages.length &&
    mine.messages.every((name, index) => name === theirs.messages[index])
  )
}

/** True where one connects to the other, whichever does. */
export function belongTogether(mine: Matchable, at: Place, theirs: Matchable, there: Place): boolean {
  return connectsTo(mine, at, theirs, there) || connectsTo(theirs, there, mine, at)
}
