/** What an actor can be commanded, as people read it. */
import type { CommandOutline, PropertyOutline } from '../../../runtime/index.js'
import { lineOfRow, widthsOf } from '../table.js'
import { harmless } from '../terminal.js'
import { membersOf, valuesOf } from './schemas.js'
import { valueLine } from './show.js'

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
      return [`${component}.${name} = ${valueLine(value)}`, `${description} ${how}`]
    }),
  )
}

function argumentsText(schema: object | undefined): string {
  const named = schema && 'required' in schema && Array.isArray(schema.required) ? schema.required : []
  const required = new Set<unknown>(named)
  return Object.entries(membersOf(schema))
    .map(([name, of]) => {
      const values = valuesOf(of)
      const text = `${name}=${values.length > 0 ? values.join('|') : `<${typeOf(of)}>`}`
      return required.has(name) ? text : `[${text}]`
    })
    .join(' ')
}

function typeOf(schema: unknown): string {
  const type = typeof schema === 'object' && schema !== null && 'type' in schema ? schema.type : undefined
  return typeof type === 'string' ? type : 'value'
}

function inColumns(rows: readonly (readonly [string, string])[]): string[] {
  const shown = rows.map((row) => row.map((text) => harmless(text.trim())))
  const widths = widthsOf(shown, Number.POSITIVE_INFINITY)
  return shown.map((row) => lineOfRow(row, widths))
}
