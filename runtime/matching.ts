/**
 * Which ports belong together: a connecting port and a binding port of the counterpart kind that carry
 * messages of the same names, in a scope that reaches both. Whether the messages mean the same,
 * `ports/compatibility` says.
 */
import { isIPv4 } from 'node:net'
import { bindingKindFor, isBindingKind, type Port, type PortScope } from '../ports/index.js'

/** A port as far as matching goes: `PortAd` of discovery is one. */
export interface Matchable {
  /** The kind of port, as `sub`; one that is none connects to nothing. */
  readonly kind: string
  /** The scope and whom it holds: `global`, `local@<host>`, `internal@<actor>`. */
  readonly scope: string
  /** The message types it carries: one, or query and answer. */
  readonly types: readonly { readonly name: string }[]
}

/** A scope as it is listed: ports whose tags are equal reach each other. */
export function scopeTag(scope: PortScope, actorId: string, hostId: string): string {
  if (scope === 'global') return scope
  return `${scope}@${scope === 'local' ? hostId : actorId}`
}

/** True where `mine` connects to `theirs`. */
export function connectsTo(mine: Matchable, theirs: Matchable): boolean {
  if (bindingKindFor(mine.kind) !== theirs.kind || mine.scope !== theirs.scope) return false
  const { types } = theirs
  return (
    mine.types.length === types.length && mine.types.every(({ name }, index) => name === types[index]?.name)
  )
}

/**
 * True for what a port that binds to the network lists: an IPv4 address in digits, and a TCP port. ZeroMQ
 * would look a name up in the thread that does all else, and knows transports that are no business of a peer.
 */
export function isAddress(endpoint: string): boolean {
  const [, host = '', port] = /^tcp:\/\/([\d.]+):(\d{1,5})$/.exec(endpoint) ?? []
  return isIPv4(host) && Number(port) > 0 && Number(port) < 65_536
}

/** Kinds of ports that bind an address, and that others connect to. */
export function isBound(port: Port): boolean {
  return isBindingKind(port.kind)
}

/** Kinds of ports that take part in matching; timers and insides do not. */
export function isNetworked(port: Port): boolean {
  return port.kind !== 'tim' && port.kind !== 'ins'
}
