/** Finds a command or a property by what people call it. */
import { ControlError } from './errors.js'

interface Owned {
  readonly component: { readonly name: string }
  readonly found: { readonly name: string }
}

/**
 * By `component.name`, or by the name alone where no other component has it.
 * @throws ControlError `unknown-command`, `unknown-property`, `ambiguous`.
 */
export function named<T extends Owned>(what: 'command' | 'property', path: string, all: readonly T[]): T {
  const fits = all.filter(({ component, found }) => [found.name, pathOf({ component, found })].includes(path))
  const [first, ...others] = fits
  if (!first) {
    const known = all.length === 0 ? 'none' : all.map(pathOf).join(', ')
    throw new ControlError(
      `unknown-${what}`,
      `this actor has no ${what} ${JSON.stringify(path)}; it has ${known}`,
    )
  }
  if (others.length === 0) return first
  throw new ControlError('ambiguous', `${path} may be ${fits.map(pathOf).join(' or ')}; say which`)
}

function pathOf({ component, found }: Owned): string {
  return `${component.name}.${found.name}`
}
