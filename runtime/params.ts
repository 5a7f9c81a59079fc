/**
 * The parameters of an actor: typed, with or without a default, given on the command line as `--name value`.
 */
import { AppError } from './errors.js'

/** What a parameter may be. */
export type ParamValue = number | string | boolean

const TYPES = ['number', 'string', 'boolean'] as const

/** How one parameter is declared. */
export interface Param<T extends ParamValue = ParamValue> {
  /** What its value is; a text that is given is converted to it. */
  readonly type: (typeof TYPES)[number]
  /** Its value where none is given; undefined where one must be. */
  readonly fallback: T | undefined
  /** One line for the command line; '' unless told. */
  readonly help: string
}

/** The parameters of an actor, by name, as they are declared. */
export type ParamSet = Readonly<Record<string, Param>>

/** The values of a set of parameters, as components get them. */
export type ParamValues<S extends ParamSet> = {
  readonly [K in keyof S]: S[K] extends Param<infer T> ? T : never
}

/** A number; without a default it must be given. */
export function number(fallback?: number, help = ''): Param<number> {
  return { type: 'number', fallback, help }
}

/** A text; without a default it must be given. */
export function string(fallback?: string, help = ''): Param<string> {
  return { type: 'string', fallback, help }
}

/** true or false; without a default it must be given. */
export function boolean(fallback?: boolean, help = ''): Param<boolean> {
  return { type: 'boolean', fallback, help }
}

/** As options are written, of which the command line makes names: `--peak-load` is peakLoad there. */
const NAME = /^[A-Za-z]\w*(?:-\w+)*$/
const NAME_CHARS = 63
/** The options of `quorate run`, as it knows them; a test sees to it that none is missing. */
const OPTIONS: ReadonlySet<string> = new Set([
  'count',
  'directoryPort',
  'discovery',
  'help',
  'hub',
  'hubTokenFile',
  'insecure',
  'interface',
  'json',
  'keys',
  'logLevel',
  'rpc',
  'rpcHost',
  'seats',
  'yesInsecureNetwork',
])

/** @throws AppError `bad-app` for what is declared as no parameter, or under a name that can be no option. */
export function checkParams(params: ParamSet): void {
  for (const [name, param] of Object.entries(params)) {
    const why = flawOf(name)
    if (why) throw new AppError('bad-app', `an actor has a parameter ${why}`)
    if (TYPES.includes(param?.type)) continue
    const way = `write: ${name}: number(1), string() or boolean()`
    throw new AppError('bad-app', `the parameter ${name} of an actor has no type; ${way}`)
  }
}

function flawOf(name: string): string | undefined {
  if (!NAME.test(name) || name.length > NAME_CHARS) {
    const hint = `give a letter, then letters, digits, _ or single dashes, ${NAME_CHARS} at most`
    return `${JSON.stringify(name)}, which is no name for an option --name; ${hint}`
  }
  if (name.startsWith('no-')) return `${name}, whose option would read as "not ${name.slice(3)}"; rename it`
  if (OPTIONS.has(camelCase(name))) return `${name}, which is an option of quorate run; rename it`
  return name in {} ? `${name}, which every object has; rename it` : undefined
}

/** @throws AppError `bad-app` where parameters of an app's actors differ only as `a-b` and `aB` do. */
export function checkSpellings(sets: readonly ParamSet[]): void {
  const spellings = new Map<string, string>()
  for (const name of sets.flatMap((params) => Object.keys(params))) {
    const other = spellings.get(camelCase(name))
    if (other !== undefined && other !== name) {
      throw new AppError('bad-app', `${other} and ${name} are one parameter on the command line; rename one`)
    }
    spellings.set(camelCase(name), name)
  }
}

function camelCase(name: string): string {
  return name.replaceAll(/-(\w)/g, (_dash, letter: string) => letter.toUpperCase())
}

/**
 * The value of every declared parameter, from what was given (texts are converted) or its default.
 * @throws AppError `bad-parameter` for one that is unknown, missing or of the wrong type.
 */
export function resolveParams<S extends ParamSet>(
  params: S,
  given: Readonly<Record<string, unknown>>,
  owner: string,
): ParamValues<S> {
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(params, name)) continue
    const known = Object.keys(params).map((each) => `--${each}`)
    const list = known.length > 0 ? `it has ${known.join(', ')}` : 'it has none'
    throw new AppError('bad-parameter', `${owner} has no parameter ${JSON.stringify(name)}; ${list}`)
  }
  const values: Record<string, ParamValue> = {}
  for (const [name, param] of Object.entries(params)) {
    const value = given[name] ?? param.fallback
    if (value === undefined) {
      const text = `${owner} needs the parameter ${JSON.stringify(name)}: give --${name} <${param.type}>`
      throw new AppError('bad-parameter', text)
    }
    values[name] = convert(value, param, name, owner)
  }
  // Each key of S has just been given a value of its declared type.
  return values as ParamValues<S>
}

function convert(value: unknown, param: Param, name: string, owner: string): ParamValue {
  if (typeof value === param.type && isParamValue(value) && !Number.isNaN(value)) return value
  if (typeof value === 'string') {
    if (param.type === 'number' && value.trim() !== '' && Number.isFinite(Number(value))) return Number(value)
    if (param.type === 'boolean' && value === 'true') return true
    if (param.type === 'boolean' && value === 'false') return false
  }
  const wanted = param.type === 'boolean' ? 'true or false' : `a ${param.type}`
  const text = `the parameter ${JSON.stringify(name)} of ${owner} is ${JSON.stringify(value)}; give ${wanted}`
  throw new AppError('bad-parameter', text)
}

function isParamValue(value: unknown): value is ParamValue {
  return typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean'
}
