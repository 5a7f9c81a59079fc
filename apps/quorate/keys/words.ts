/** How keys are told of. Never a secret. */
import type { Certificate } from '../../../ports/security/index.js'

const SERIAL_CHARS = 12

/** As much of a serial as tells it from others: `quorate keys revoke` takes it. */
export function shortSerial(serial: string): string {
  return serial.slice(0, SERIAL_CHARS)
}

/** `2027-11-21`, of seconds since 1970. */
export function dayOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10)
}

/** `any actor` for `*`. */
export function actorsShown(actors: readonly string[]): string {
  return actors.includes('*') ? 'any actor' : actors.join(', ')
}

/** `Meter: key 1f2e3d4c5b6a, as actor, valid until 2027-11-21`. */
export function keyShown({ serial, actors, roles, notAfter }: Certificate): string {
  const key = `${actorsShown(actors)}: key ${shortSerial(serial)}`
  return `${key}, as ${roles.join(', ')}, valid until ${dayOf(notAfter)}`
}

export function print(lines: readonly string[]): void {
  process.stdout.write(lines.map((line) => `${line}\n`).join(''))
}
