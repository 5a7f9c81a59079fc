/** What an actor can be commanded, as people read it. */
import type { CommandOutline, PropertyOutline } from '../../../runtime/index.js'
import { harmless } from '../terminal.js'
import { membersOf, valuesOf } from './schemas.js'
import { valueText } from './show.js'

/** A line for each command: `pump.prime seconds=<number> [how=hard|soft]  fill the pipe`. */
export function commandLines(commands: readonly CommandOutline[]): string[] {
  if (commands.length === 0) return ['it has no commands']
  return inColumns(
    commands.map(({ component, name, schema, description, code }) => {
      const number = code === undefined ? '' : `(${code})`
      return [`${component}.${name} ${argumentsText(schema)}`, `${description} ${number}`]
    }),
  )
}

/** A line for each property: `pump.rate = 1  litres a minute`. */
export function propertyLines(properties: readonly PropertyOutline[]): string[] {
  if (properties.length === 0) return ['it has no properties']
  return inColumns(
    properties.map(({ component, name, value, description, writable }) => {
      const how = writable ? '' : '(read-only)'
      return [`${component}.${name} = ${valueText(value)}`, `${description} ${how}`]
    }),
  )
}

function argumentsText(schema: object | undefined): string {
  const required = schema && 'required' in schema && Array.isArray(schema.required) ? schema.required : []
  return Object.entries(membersOf(schema))
    .map(([name, of]) => {
      const values = valuesOf(of)
      const text = `${name}=${values.length > 0 ? values.join('|') : `<${typeOf(of)}>`}`
      return required.includes(name) ? text : `[${text}]`
    })
    .join(' ')
}

function typeOf(schema: unknown): string {
  const type = typeof schema === 'object' && schema !== null && 'type' in schema ? schema.type : undefined
  return typeof type === 'string' ? type : 'value'
}

function inColumns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([first]) => first.trimEnd().length))
  return rows.map(([first, second]) =>
    harmless(`${first.trimEnd().padEnd(width)}  ${second.trim()}`).trimEnd(),
  )
}
