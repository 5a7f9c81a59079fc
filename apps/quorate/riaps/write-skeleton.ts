/** `<component>.ts`: the class of a component as its user begins with it. Written once. */
import { componentNames, type Imported, type Join, portNames } from './imported.js'
import { importOf, inImportOrder, layOut, list, quoted } from './layout.js'
import type { ComponentModel, GroupModel, PortModel } from './model.js'
import { camelCase } from './spelling.js'
import { baseOf, type Handler, handlerOf } from './write-ports.js'

const MESSAGES = "import type * as messages from './generated/messages.js'"

export function skeleton(model: Imported, component: ComponentModel): string {
  const names = componentNames(model, component)
  const { className, file } = names
  const groups = joined(model, component)
  const members = [
    ...groups.map(({ field, constant }) => `  ${field}?: Group<InputOf<typeof groups.${constant}.using>>\n`),
    activation(groups),
    ...component.ports.flatMap((port) => {
      const handler = handlerOf(model, names, port)
      return handler ? [method(handler, port, portNames(names, port).field)] : []
    }),
    ...groupHooks(groups),
  ]
  const body = members.join('\n')
  const handlers = component.ports.flatMap((port) => handlerOf(model, names, port) ?? [])
  const uses = [...handlers.flatMap((handler) => handler.uses), ...usedBy(groups)]
  const isMessages = component.ports.some((port) => port.kind !== 'timer' && handlerOf(model, names, port))
  return [
    `/** ${className}: what it does with its ports, which are in generated/${file}.ts. */`,
    ...importOf(uses, 'quorate'),
    ...inImportOrder([file, ...(isMessages ? ['messages'] : [])]).map((each) =>
      each === 'messages' ? MESSAGES : `import { ${baseOf(names)} } from './generated/${file}.js'`,
    ),
    ...(groups.length > 0 ? ["import { groups } from './groups.js'"] : []),
    '',
    `export class ${className} extends ${baseOf(names)} {`,
    `${body}}`,
    '',
  ].join('\n')
}

/** A group that a component joins. */
interface Joined {
  readonly field: string
  readonly constant: string
  readonly instance: string
  readonly leads: boolean
}

function joined(model: Imported, component: ComponentModel): Joined[] {
  const own = model.joins.filter((each) => each.component === component.name)
  const { ports } = componentNames(model, component)
  const taken = new Set([...ports.values()].flatMap((names) => [names.field, names.handler]))
  return own.flatMap(({ group, instance }: Join) => {
    const found = model.app.groups.find((each: GroupModel) => each.name === group)
    if (!found) return []
    const constant = model.names.groups.get(group) ?? group
    let field = camelCase(`${own.length > 1 ? `${constant}_${instance}` : constant}_group`)
    while (taken.has(field)) field = `${field}_`
    taken.add(field)
    return [{ field, constant, instance, leads: found.kind !== 'default' }]
  })
}

function usedBy(groups: readonly Joined[]): string[] {
  if (groups.length === 0) return []
  const basic = ['type AnyGroup', 'type Group', 'type GroupSender', 'type InputOf', 'type MemberInfo']
  return groups.some(({ leads }) => leads) ? [...basic, 'type LeaderSender'] : basic
}

function activation(groups: readonly Joined[]): string {
  if (groups.length === 0) return block('override onActivate(): void', ["this.log.debug('activated')"])
  const calls = groups.map(
    ({ field, constant, instance }) =>
      `this.${field} = await this.joinGroup(groups.${constant}, ${quoted(instance)})`,
  )
  return block('override async onActivate(): Promise<void>', calls)
}

function method({ name, params, returns }: Handler, port: PortModel, field: string): string {
  const returning = port.kind === 'rep' || port.kind === 'srv'
  const [what = ''] = params.map((param) => param.slice(0, param.indexOf(':')))
  const seen = {
    ...{ tick: '{ due: tick.due }', answer: '{ answer, from: from.actor }' },
    message: `{ message, from: ${senderOf(port)} }`,
  }[what]
  const body = [
    `this.log.debug(${seen}, ${quoted(field)})`,
    ...(returning ? [`throw new Error(${quoted(`${field}: its answer is not written yet`)})`] : []),
  ]
  const result = returning ? returns.slice(0, returns.indexOf(' | ')) : 'void'
  return block(layOut([`override ${name}`, list('(', params, ')'), `: ${result}`], 2).trimStart(), body)
}

function senderOf({ kind }: PortModel): string {
  if (kind === 'ans') return 'reply.from.actor'
  return kind === 'inside' ? 'plug.id' : 'from.actor'
}

/** What is heard of groups; how to vote, nobody but the user knows. */
function groupHooks(groups: readonly Joined[]): string[] {
  if (groups.length === 0) return []
  const member = (name: string, who: string) =>
    block(`override ${name}(_group: AnyGroup, ${who}: MemberInfo): void`, [
      `this.log.info({ ${who}: ${who}.id }, ${quoted(name)})`,
    ])
  const message = (name: string, sender: string) =>
    block(`override ${name}(_group: AnyGroup, message: unknown, from: ${sender}): void`, [
      `this.log.debug({ message, from: from.id }, ${quoted(name)})`,
    ])
  const all = [
    message('onGroupMessage', 'GroupSender'),
    member('onMemberJoined', 'member'),
    member('onMemberLeft', 'member'),
  ]
  if (!groups.some(({ leads }) => leads)) return all
  return [
    ...all,
    member('onLeaderElected', 'leader'),
    member('onLeaderExited', 'leader'),
    message('onMessageToLeader', 'GroupSender'),
    message('onMessageFromLeader', 'LeaderSender'),
  ]
}

function block(head: string, body: readonly string[]): string {
  return [`  ${head} {`, ...body.map((line) => `    ${line}`), '  }', ''].join('\n')
}
