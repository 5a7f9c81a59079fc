/**
 * A port is named after the public field that holds it; what has no such field, or no name of its own, is
 * refused.
 */
import { Port } from '../ports/index.js'
import type { Made } from './component.js'
import { AppError } from './errors.js'

const NAME = /^[A-Za-z_$][\w$]{0,63}$/

/** Whether a port, command or property may be named so. */
export function isMemberName(name: unknown): name is string {
  return typeof name === 'string' && NAME.test(name)
}

/** The ports of a component by name. @throws AppError `bad-port`. */
export function nameThePorts(made: Made, componentName: string): Map<string, Port> {
  const fields = new Map<Port, string>()
  for (const [field, value] of Object.entries(made.component)) {
    if (value instanceof Port) {
      const other = fields.get(value)
      if (other) throw badPort(componentName, `the fields ${other} and ${field} hold the same port`)
      fields.set(value, field)
    } else if (Array.isArray(value) && value.some((each) => each instanceof Port)) {
      throw badPort(
        componentName,
        `the field ${field} is an array of ports; give each port a field of its own`,
      )
    }
  }
  const named = new Map<string, Port>()
  for (const [index, { port, name: own }] of made.ports.entries()) {
    const name = own ?? fields.get(port)
    if (name === undefined) {
      const what = `port ${index + 1} (${port.kind} of ${port.carries})`
      throw badPort(
        componentName,
        `${what} is no public field of the component; make it one (not #private), or give it { name }`,
      )
    }
    if (!isMemberName(name)) throw badPort(componentName, `${JSON.stringify(name)} is no name for a port`)
    if (named.has(name))
      throw badPort(componentName, `two ports are named ${name}; give one of them another { name }`)
    named.set(name, port)
  }
  return named
}

function badPort(component: string, why: string): AppError {
  return new AppError('bad-port', `component ${component}: ${why}`)
}
