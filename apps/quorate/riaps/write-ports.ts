/** `generated/<component>.ts`: a base class with the ports of a component, each handled by a method. */

import { commandLimits } from '../limits.js'
import { componentNames, type Imported, insideOf, messageOf, portNames } from './imported.js'
import { importOf, key, layOut, list } from './layout.js'
import type { ComponentModel, PortModel } from './model.js'
import type { ComponentNames } from './names.js'

/** A handler as a method: its parameters, and what it gives. */
export interface Handler {
  readonly name: string
  readonly params: readonly string[]
  readonly returns: string
  /** What is imported from quorate for it. */
  readonly uses: readonly string[]
}

/** The base class of a component. */
export function baseOf({ className }: ComponentNames): string {
  return `${className}Ports`
}

/** Undefined of ports without a handler. */
export function handlerOf(model: Imported, component: ComponentNames, port: PortModel): Handler | undefined {
  const { handler: name } = portNames(component, port)
  const [query = '', answer = ''] = port.messages.map(
    (message) => `messages.${messageOf(model, message.name)}`,
  )
  const sender = port.timed ? 'TimedSender' : 'Sender'
  const input = `InputOf<typeof ${answer}>`
  const from = `from: ${sender}`
  switch (port.kind) {
    case 'pub':
    case 'clt':
      return undefined
    case 'sub':
      return { name, params: [`message: ${query}`, from], returns: 'unknown', uses: [`type ${sender}`] }
    case 'req':
    case 'qry':
      return { name, params: [`answer: ${answer}`, from], returns: 'unknown', uses: [`type ${sender}`] }
    case 'rep':
    case 'srv': {
      const returns = `${input} | Promise<${input}>`
      return { name, params: [`message: ${query}`, from], returns, uses: ['type InputOf', `type ${sender}`] }
    }
    case 'ans': {
      const reply = port.timed ? `reply: Reply<${input}, TimedSender>` : `reply: Reply<${input}>`
      const timed = port.timed ? ['type TimedSender'] : []
      const uses = ['type InputOf', 'type Reply', ...timed]
      return { name, params: [`message: ${query}`, reply], returns: 'unknown', uses }
    }
    case 'timer':
      return { name, params: ['tick: Tick'], returns: 'unknown', uses: ['type Tick'] }
    case 'inside': {
      const type = `messages.${insideOf(component, port)}`
      const params = [`message: ${type}`, `plug: Plug<InputOf<typeof ${type}>>`]
      return { name, params, returns: 'unknown', uses: ['type InputOf', 'type Plug'] }
    }
  }
}

export function generatedPorts(model: Imported, component: ComponentModel): string {
  const names = componentNames(model, component)
  const { className, file } = names
  const handlers = component.ports.flatMap((port) => handlerOf(model, names, port) ?? [])
  const params = paramsOf(model, component)
  const paramsType = params.length > 0 ? `${className}Params` : undefined
  const body = [
    ...(component.scheduler ? [`  static override readonly scheduler = '${component.scheduler}'`] : []),
    ...component.ports.map((port) => fieldOf(model, names, port)),
    ...(handlers.length > 0 ? [''] : []),
    ...handlers.map(({ name, params, returns }) =>
      layOut([`abstract ${name}`, list('(', params, ')'), `: ${returns}`], 2),
    ),
  ]
  const given = paramsType ? `<${paramsType}>` : ''
  const head = `export abstract class ${baseOf(names)} extends Component${given} {`
  const usesMessages = component.ports.some(({ kind }) => kind !== 'timer')
  return [
    `/** The ports of ${className}. \`quorate import\` makes this file anew: change ${file}.ts. */`,
    ...importOf(['Component', ...handlers.flatMap(({ uses }) => uses)], 'quorate'),
    ...(usesMessages ? ["import * as messages from './messages.js'"] : []),
    '',
    ...(paramsType ? [layOut([`export interface ${paramsType} `, block(params)]), ''] : []),
    ...(body.length > 0 ? [head, ...body, '}'] : [`${head}}`]),
    '',
  ].join('\n')
}

/** Members of an interface have no commas. */
function block(members: readonly string[]): string {
  return `{\n${members.map((member) => `  ${member}\n`).join('')}}`
}

function paramsOf({ types }: Imported, { name, formals }: ComponentModel): string[] {
  return formals.map((formal) => {
    const type = types.components.get(`${name}.${formal.name}`) ?? ['string']
    return `readonly ${key(formal.name)}: ${type.join(' | ')}`
  })
}

function fieldOf(model: Imported, component: ComponentNames, port: PortModel): string {
  const { field } = portNames(component, port)
  const types = port.messages.map((message) => `messages.${messageOf(model, message.name)}`)
  if (port.kind === 'inside') types.push(`messages.${insideOf(component, port)}`)
  if (port.kind === 'timer') types.push(port.periodMs === undefined ? "'sporadic'" : String(port.periodMs))
  const handler = handlerOf(model, component, port)
  const given = handler?.params.map((param) => param.slice(0, param.indexOf(':'))).join(', ')
  const arrow = handler ? { head: `(${given}) =>`, body: `this.${handler.name}(${given})` } : undefined
  const options = [
    ...(port.timed ? ['timed: true'] : []),
    ...(port.deadlineMs === undefined ? [] : [`deadline: ${port.deadlineMs}`]),
  ]
  return called(`readonly ${field} = this.${port.kind}`, types, arrow, options)
}

/** A call as a field of a class: what does not fit into a line has its last argument, or all, below. */
function called(
  head: string,
  types: readonly string[],
  arrow: { readonly head: string; readonly body: string } | undefined,
  options: readonly string[],
): string {
  const args = arrow ? [...types, `${arrow.head} ${arrow.body}`] : types
  const last = options.length > 0 ? [list('{ ', options, ' }')] : []
  const whole = layOut([head, list('(', [...args, ...last], ')')], 2)
  if (!whole.includes('\n')) return whole
  const [before, below] =
    options.length > 0
      ? [
          [...args, '{'],
          [...options.map((option) => `    ${option},`), '  })'],
        ]
      : [
          [...types, arrow?.head ?? ''],
          [`    ${arrow?.body},`, '  )'],
        ]
  const first = `  ${head}(${before.join(', ')}`
  return first.length > commandLimits.generatedColumns ? whole : [first, ...below].join('\n')
}
