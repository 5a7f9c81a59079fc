/**
 * What the parts of a model are called in the app. Names stay as they are where they can; where TypeScript,
 * Node or quorate cannot have one, it becomes another, and that is told.
 */
import { AppError, actor, number } from '../../../runtime/index.js'
import type { ActorModel, AppModel, ComponentModel } from './model.js'
import { camelCase, capitalized, isFree, isMember, kebabCase, plain } from './spelling.js'

export interface PortNames {
  readonly field: string
  readonly handler: string
}

export interface ComponentNames {
  readonly className: string
  /** Without its ending. */
  readonly file: string
  readonly ports: ReadonlyMap<string, PortNames>
}

export interface ActorNames {
  readonly name: string
  readonly params: ReadonlyMap<string, string>
  readonly instances: ReadonlyMap<string, string>
}

/** Of everything by its name in the model. */
export interface Names {
  readonly app: string
  readonly messages: ReadonlyMap<string, string>
  readonly groups: ReadonlyMap<string, string>
  readonly components: ReadonlyMap<string, ComponentNames>
  readonly actors: ReadonlyMap<string, ActorNames>
  /** `component Component is ComponentComponent`: what is called otherwise. */
  readonly changed: readonly string[]
}

/** Characters of a name of an app, actor or group. */
const NAME_CHARS = 63
/** Characters of a name of a port, from which those of others are made. */
const MEMBER_CHARS = 50
/** Files that every app has. */
const TAKEN_FILES = ['app', 'groups', 'messages', 'actors', 'shapes', 'index']

export function namesOf(app: AppModel): Names {
  const changed: string[] = []
  const name = plain(app.name).slice(0, NAME_CHARS)
  if (name !== app.name) changed.push(`app ${app.name}: ${name}`)
  const constants = (what: string, among: readonly { readonly name: string }[]) =>
    mapped(among, (each, taken) => {
      const chosen = free(plain(each).slice(0, MEMBER_CHARS), taken, what)
      if (chosen !== each) changed.push(`${what.toLowerCase()} ${each}: ${chosen}`)
      return chosen
    })
  const messages = constants('Message', app.messages)
  const groups = constants('Group', app.groups)
  const classes = constants('Component', app.components)
  const files = new Set(TAKEN_FILES)
  const components = new Map(
    app.components.map((component) => {
      const className = classes.get(component.name) ?? component.name
      const file = unlike(kebabCase(className) || 'component', files, '-component')
      files.add(file)
      return [component.name, { className, file, ports: portNames(component, changed) }]
    }),
  )
  const actorNames = mapped(app.actors, (each, taken) => {
    const chosen = unlike(plain(each).slice(0, NAME_CHARS), taken, '_')
    if (chosen !== each) changed.push(`actor ${each}: ${chosen}`)
    return chosen
  })
  const actors = new Map(
    app.actors.map((each) => {
      const params = paramNames(each, changed)
      const instances = instanceNames(each, changed)
      return [each.name, { name: actorNames.get(each.name) ?? each.name, params, instances }]
    }),
  )
  return { app: name, messages, groups, components, actors, changed }
}

function portNames({ name, ports }: ComponentModel, changed: string[]): Map<string, PortNames> {
  const taken = new Set<string>()
  return new Map(
    ports.map((port) => {
      const given = camelCase(plain(port.name)).slice(0, MEMBER_CHARS)
      let field = unlike(isMember(given) ? `${given}Port` : given, taken, '_')
      if (isMember(field)) field = unlike(`${field}Port`, taken, '_')
      const plainHandler = `on${capitalized(field)}`
      const handler = unlike(isMember(plainHandler) ? `${plainHandler}Port` : plainHandler, taken, '_')
      taken.add(field).add(handler)
      if (field !== camelCase(port.name)) changed.push(`port ${name}.${port.name}: ${field}`)
      if (handler !== plainHandler) changed.push(`handler of ${name}.${port.name}: ${handler}`)
      return [port.name, { field, handler }]
    }),
  )
}

function instanceNames({ name, instances }: ActorModel, changed: string[]): Map<string, string> {
  return mapped(instances, (each, taken) => {
    const isName = /^[A-Za-z_]\w*$/.test(each) && each.length <= NAME_CHARS && !(each in {})
    const chosen = unlike(isName ? each : plain(each).slice(0, MEMBER_CHARS), taken, '_')
    if (chosen !== each) changed.push(`component ${name}.${each}: ${chosen}`)
    return chosen
  })
}

/** Some are options of `quorate run`. */
function paramNames({ name, formals }: ActorModel, changed: string[]): Map<string, string> {
  return mapped(formals, (each, taken) => {
    let chosen = unlike(plain(each).slice(0, NAME_CHARS), taken, '_')
    while (!isParam(chosen) || taken.has(chosen)) chosen = `${chosen.slice(0, NAME_CHARS - 1)}_`
    if (chosen !== each) changed.push(`parameter ${name}.${each}: ${chosen}`)
    return chosen
  })
}

/** As `actor()` judges. */
function isParam(name: string): boolean {
  try {
    actor({ params: { [name]: number(0) }, components: () => ({}) })
    return true
  } catch (error) {
    if (error instanceof AppError) return false
    throw error
  }
}

function mapped(
  among: readonly { readonly name: string }[],
  choose: (name: string, taken: ReadonlySet<string>) => string,
): Map<string, string> {
  const taken = new Set<string>()
  return new Map(
    among.map(({ name }) => {
      const chosen = choose(name, taken)
      taken.add(chosen)
      return [name, chosen]
    }),
  )
}

function free(name: string, taken: ReadonlySet<string>, suffix: string): string {
  return unlike(isFree(name) ? name : `${name}${suffix}`, taken, '_')
}

/** The name, lengthened until it is not taken. */
function unlike(name: string, taken: ReadonlySet<string>, suffix: string): string {
  let chosen = name
  for (let n = 1; taken.has(chosen); n++) chosen = `${name}${suffix}${n === 1 ? '' : n}`
  return chosen
}
