/**
 * What the holder of a key may do, and at which doors. A door is a ZAP domain: the sockets of one kind.
 */

/**
 * `actor` takes part: ports, groups, directories. `viewer` looks on: `quorate ps`, `groups`, `doctor`.
 * `operator` looks on and commands.
 */
export const ROLES = ['actor', 'viewer', 'operator'] as const

export type Role = (typeof ROLES)[number]

/** Which roles are let in at which door. */
export const DOMAINS = {
  directory: ['actor', 'viewer', 'operator'],
  ports: ['actor'],
  groups: ['actor'],
  commands: ['operator', 'actor'],
} as const satisfies Readonly<Record<string, readonly Role[]>>

export type Domain = keyof typeof DOMAINS

/** Which roles are let in there; none at a door that there is not. */
export function rolesAt(domain: string): readonly Role[] {
  const all: Readonly<Record<string, readonly Role[]>> = DOMAINS
  return Object.hasOwn(all, domain) ? (all[domain] ?? []) : []
}

export function isRole(text: string): text is Role {
  return ROLES.some((role) => role === text)
}

/** A bit for each role: how a certificate has them. */
export function bitsOf(roles: readonly Role[]): number {
  return ROLES.reduce((bits, role, at) => (roles.includes(role) ? bits | (1 << at) : bits), 0)
}

/** The roles of bits, in the order of ROLES; undefined for none, and for bits that mean nothing here. */
export function rolesOf(bits: number): readonly Role[] | undefined {
  if (!Number.isInteger(bits) || bits < 1 || bits >= 1 << ROLES.length) return undefined
  return ROLES.filter((_, at) => bits & (1 << at))
}
