/** `generated/actors.ts`: the actors with their parameters, scopes and components. */
import { actorName, componentNames, type Imported, messageOf } from './imported.js'
import { type Code, importOf, inImportOrder, key, layOut, lines, list, quoted } from './layout.js'
import type { ActorModel, Actual, Formal, Instance, Named, Value } from './model.js'

export function generatedActors(model: Imported): string {
  const { actors } = model.app
  const used = new Set(actors.flatMap(({ instances }) => instances.map(({ type }) => type.name)))
  const classes = model.app.components.filter(({ name }) => used.has(name))
  const calls = actors.flatMap(({ formals, name }) =>
    formals.map((formal) => model.types.actors.get(`${name}.${formal.name}`) ?? 'string'),
  )
  const scoped = actors.some(({ locals, internals }) => locals.length + internals.length > 0)
  const files = classes.map((component) => {
    const { className, file } = componentNames(model, component)
    return { className, path: `../${file}.js` }
  })
  return [
    `/** The actors of ${model.source}. \`quorate import\` makes this file anew. */`,
    ...importOf(['actor', ...calls], 'quorate'),
    ...inImportOrder(files.map(({ path }) => path)).flatMap((path) => {
      const className = files.find((file) => file.path === path)?.className
      return className ? importOf([className], path) : []
    }),
    ...(scoped ? ["import * as messages from './messages.js'"] : []),
    '',
    layOut([
      'export const actors = ',
      lines(
        '{',
        actors.map((each) => actorOf(model, each)),
        '}',
      ),
    ]),
    '',
  ].join('\n')
}

function actorOf(model: Imported, actor: ActorModel): Code {
  const names = model.names.actors.get(actor.name)
  const params = actor.formals.map((formal): Code => {
    const type = model.types.actors.get(`${actor.name}.${formal.name}`) ?? 'string'
    return [`${key(names?.params.get(formal.name) ?? formal.name)}: `, `${type}(${fallback(formal)})`]
  })
  const parts: Code[] = [
    ...(params.length > 0 ? [['params: ', lines('{', params, '}')]] : []),
    ...scope('local', model, actor.locals),
    ...scope('internal', model, actor.internals),
    [
      `components: (${usesParams(actor) ? 'p' : ''}) => (`,
      lines(
        '{',
        actor.instances.map((each) => instanceOf(model, actor, each)),
        '}',
      ),
      ')',
    ],
  ]
  return [`${key(actorName(model, actor))}: actor(`, lines('{', parts, '}'), ')']
}

function usesParams({ instances }: ActorModel): boolean {
  return instances.some(({ actuals }) => actuals.some(({ param }) => param !== undefined))
}

function scope(name: 'local' | 'internal', model: Imported, messages: readonly Named[]): Code[] {
  if (messages.length === 0) return []
  const each = [...new Set(messages.map((message) => `messages.${messageOf(model, message.name)}`))]
  return [[`${name}: `, list('[', each, ']')]]
}

/** A component with all its parameters: those that are given, and the defaults of the others. */
function instanceOf(model: Imported, actor: ActorModel, { name, type, actuals }: Instance): Code {
  const component = model.app.components.find((each) => each.name === type.name)
  const { className } = componentNames(model, { name: type.name })
  const given = (component?.formals ?? []).flatMap((formal): Code[] => {
    const value = written(
      model,
      actor,
      actuals.find((actual) => actual.name === formal.name),
      formal,
    )
    return value === undefined ? [] : [`${key(formal.name)}: ${value}`]
  })
  const head = `${key(model.names.actors.get(actor.name)?.instances.get(name) ?? name)}: `
  return given.length === 0 ? [head, className] : [head, list('[', [className, list('{ ', given, ' }')], ']')]
}

function written(
  model: Imported,
  { name }: ActorModel,
  actual: Actual | undefined,
  { fallback }: Formal,
): string | undefined {
  if (actual?.param) {
    const param = model.names.actors.get(name)?.params.get(actual.param.name) ?? actual.param.name
    return /^\w+$/.test(param) ? `p.${param}` : `p[${quoted(param)}]`
  }
  const value = actual?.value ?? fallback
  return value === undefined ? undefined : literal(value)
}

function fallback({ fallback }: Formal): string {
  return fallback === undefined ? '' : literal(fallback)
}

function literal(value: Value): string {
  return typeof value === 'string' ? quoted(value) : String(value)
}
