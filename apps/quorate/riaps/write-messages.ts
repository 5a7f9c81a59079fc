/** `generated/messages.ts` and `generated/shapes.ts`, and the `messages.ts` in which users go on. */
import { commandLimits } from '../limits.js'
import { componentNames, type Imported, insideOf, insidePorts, messageOf } from './imported.js'
import { key, layOut, lines, list, quoted } from './layout.js'

/** The constants of all messages, with the names under which they travel. */
function messagesIn(model: Imported): { constant: string; wire: string; model: string | undefined }[] {
  const own = model.app.messages.map(({ name }) => {
    const constant = messageOf(model, name)
    // What travels is named as in the model where it can be.
    return { constant, wire: /^[A-Za-z_]\w{0,127}$/.test(name) ? name : constant, model: name }
  })
  const inside = insidePorts(model).map(({ component, port }) => {
    const constant = insideOf(componentNames(model, component), port)
    return { constant, wire: constant, model: undefined }
  })
  return [...own, ...inside]
}

export function generatedMessages(model: Imported): string {
  const rows = messagesIn(model).flatMap(({ constant, wire }) => [
    layOut([`export const ${constant} = message`, list('(', [quoted(wire), `schemas.${constant}`], ')')]),
    typeOf(constant),
  ])
  const imports = rows.length > 0 ? ["import { message, type OutputOf } from 'quorate'"] : []
  return [
    `/** The messages of ${model.source}. \`quorate import\` makes this file anew. */`,
    ...imports,
    ...(rows.length > 0 ? ["import { schemas } from '../messages.js'", '', ...rows] : ['export {}']),
    '',
  ].join('\n')
}

function typeOf(constant: string): string {
  const line = `export type ${constant} = OutputOf<typeof ${constant}>`
  if (line.length <= commandLimits.generatedColumns) return line
  return `export type ${constant} = OutputOf<\n  typeof ${constant}\n>`
}

export function generatedShapes(model: Imported): string {
  const { declared, ofMessages } = model.shapes
  const rows = messagesIn(model).map((message) => {
    const shape = message.model === undefined ? undefined : ofMessages.get(message.model)
    return `${key(message.constant)}: ${shape ?? 'z.unknown()'}`
  })
  const constants = declared.map(({ constant, code }) => layOut([`const ${constant} = `, code]))
  return [
    '/** What messages hold, as far as it is known. `quorate import` makes this file anew. */',
    ...(rows.length > 0 ? ["import { z } from 'zod'", ''] : []),
    ...constants.flatMap((constant) => [constant, '']),
    layOut(['export const shapes = ', lines('{', rows, '}')]),
    '',
  ].join('\n')
}

/** Of the user: what stands in it goes before the generated shapes. */
export function ownMessages(model: Imported): string {
  const unknown = unknownMessages(model)
  const [example = 'Message'] = unknown
  const hint =
    unknown.length > 0
      ? [`  // Of ${unknown.length === 1 ? 'it' : 'these'} anything is taken until it is said here what:`]
      : []
  return [
    '/** What messages hold: what is said here goes before `generated/shapes.ts`. */',
    ...(unknown.length > 0 ? ["// import { z } from 'zod'"] : []),
    "import { shapes } from './generated/shapes.js'",
    '',
    'export const schemas = {',
    '  ...shapes,',
    ...hint,
    ...unknown.map((name) => `  // ${name}: z.object({ ${name === example ? 'value: z.number() ' : '… '}}),`),
    '}',
    '',
  ].join('\n')
}

/** The constants of the messages that have no shape. */
export function unknownMessages(model: Imported): string[] {
  return messagesIn(model).flatMap(({ constant, model: name }) =>
    name !== undefined && model.shapes.ofMessages.has(name) ? [] : [constant],
  )
}
