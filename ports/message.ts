/**
 * Message types: a name and a schema, what a port carries. The schema is any Standard Schema; it is called
 * once for every message that arrives, so `validate` adds nothing to it but two checks. Whether two programs
 * mean the same by a type is decided by its fingerprint and, where that differs, in `compatibility.ts`.
 */
import { inspect } from 'node:util'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { messageOf, OperationError, PortError } from './errors.js'
import { identityOf } from './fingerprint.js'
import { oneLine, pathStep } from './foreign-text.js'
import type { JsonSchema } from './json-schema.js'
import { limits } from './limits.js'

/** What a schema says of a value: `{ value }`, or `{ issues }` where it refuses it. */
export type Validation<Out> = StandardSchemaV1.Result<Out>

/** A message type. `In` is what `send()` takes and what travels, `Out` what handlers get. Immutable. */
export interface MessageType<In = unknown, Out = In> {
  /** What ports find each other by: two meanings of it in one actor are refused. */
  readonly name: string
  /** 16 hex characters, equal where two programs mean the same by the name. */
  readonly fingerprint: string
  /** The canonical JSON Schema of `In`, where the schema offers one that is not too large to announce. */
  readonly jsonSchema: JsonSchema | undefined
  /**
   * Checks a value that came from outside. A value that makes the schema throw is refused as any other bad
   * one. Throws PortError `async-schema` where the schema answers with a promise, and nothing else.
   */
  readonly validate: (value: unknown) => Validation<Out>
  /** Types only, never there at run time: what `InputOf` and `OutputOf` read. */
  readonly '~types'?: { readonly input: In; readonly output: Out }
}

/** What `send()` takes for messages of the type `M`. */
export type InputOf<M extends MessageType> = NonNullable<M['~types']>['input']
/** What handlers get for messages of the type `M`. */
export type OutputOf<M extends MessageType> = NonNullable<M['~types']>['output']

/** Options of a message type. */
export interface MessageOptions {
  /** Tells apart two meanings of one name where the schema offers no JSON Schema; at most 128 characters. */
  readonly version?: string
}

const WORD_CHARS = 128
const NAME = /^[A-Za-z_][\w./-]*$/
const ISSUES_SHOWN = 3
const ISSUE_PATH_STEPS = 16
const ISSUE_MESSAGE_CHARS = 120

/**
 * Defines a message type. With a schema, values are checked on arrival and the types follow from it; without
 * one they arrive as `unknown`, unchecked. The name has at most 128 letters, digits and `_ . / -`, a letter
 * or `_` first.
 *
 * Throws OperationError `bad-option` for a name, schema or version that is none, PortError `async-schema` for
 * a schema that is seen to answer with a promise.
 *
 *     const SensorData = message('SensorData', z.object({ at: z.number(), value: z.number() }))
 */
export function message<In, Out>(
  name: string,
  schema: StandardSchemaV1<In, Out>,
  options?: MessageOptions,
): MessageType<In, Out>
export function message(
  name: string,
  schema?: undefined,
  options?: MessageOptions,
): MessageType<unknown, unknown>
export function message(name: string, schema?: StandardSchemaV1, options: MessageOptions = {}): MessageType {
  requireName(name)
  const version = requireVersion(name, options)
  if (schema !== undefined) requireSchema(name, schema)
  const { fingerprint, jsonSchema } = identityOf(name, schema, version)
  const validate = schema ? validator(name, schema) : acceptAny
  // Most schemas that are async are so for every value: better refused here than at the first message.
  if (schema) validate(undefined)
  return Object.freeze({ name, fingerprint, jsonSchema: jsonSchema && deepFreeze(jsonSchema), validate })
}

function acceptAny(value: unknown): Validation<unknown> {
  return { value }
}

function validator(name: string, schema: StandardSchemaV1): (value: unknown) => Validation<unknown> {
  const standard = schema['~standard']
  return (value) => {
    let result: Validation<unknown> | Promise<Validation<unknown>>
    try {
      result = standard.validate(value)
      if (!isPromise(result)) return result
    } catch (thrown) {
      return refusal(`the schema threw: ${messageOf(thrown)}`)
    }
    return settledNow(name, result)
  }
}

function isPromise<T extends object>(result: T | Promise<T>): result is Promise<T> {
  return 'then' in result && typeof result.then === 'function'
}

/**
 * zod answers with a promise where a function of the schema throws, too; that promise is rejected already,
 * which tells a bad value from an async schema. Only `inspect` can see it without waiting.
 */
function settledNow(name: string, promise: Promise<unknown>): Validation<unknown> {
  promise.then(undefined, () => {})
  if (/^[^{]*\{\s*<rejected>/.test(inspect(promise, { depth: 0 }))) return refusal('the schema threw')
  throw new PortError(
    'async-schema',
    `The schema of message "${name}" answers with a promise. Messages are checked as they arrive, without ` +
      'waiting: take async refinements and transforms out of it and do that work in the handler.',
  )
}

function refusal(text: string): Validation<never> {
  return { issues: [{ message: text }] }
}

/**
 * The first issues as one printable line of at most 300 characters, as
 * `value.at: expected number; value.unit: required; and 2 more`. Never throws.
 */
export function describeIssues(issues: readonly StandardSchemaV1.Issue[]): string {
  const texts = issues.slice(0, ISSUES_SHOWN).map(describeIssue)
  if (issues.length > ISSUES_SHOWN) texts.push(`and ${issues.length - ISSUES_SHOWN} more`)
  return oneLine(texts.join('; '), limits.foreignText)
}

function describeIssue({ message, path = [] }: StandardSchemaV1.Issue): string {
  const steps = path
    .slice(0, ISSUE_PATH_STEPS)
    .map((step) => pathStep(typeof step === 'object' ? step.key : step))
  if (path.length > ISSUE_PATH_STEPS) steps.push('…')
  return `value${steps.join('')}: ${oneLine(messageOf(message), ISSUE_MESSAGE_CHARS)}`
}

function requireName(name: unknown): void {
  if (typeof name === 'string' && name.length <= WORD_CHARS && NAME.test(name)) return
  throw new OperationError(
    'bad-option',
    `A message cannot be named ${shown(name)}: give it a letter or "_", then letters, digits and ` +
      `"_ . / -", ${WORD_CHARS} characters at most.`,
  )
}

function requireVersion(name: string, options: MessageOptions): string {
  const version: unknown = options.version ?? ''
  if (typeof version === 'string' && version.length <= WORD_CHARS) return version
  throw new OperationError(
    'bad-option',
    `The version of message "${name}" is ${shown(version)}: give a string of at most ` +
      `${WORD_CHARS} characters.`,
  )
}

function requireSchema(name: string, schema: unknown): void {
  // A schema may be a function that carries its properties, as ArkType's are.
  const isHolder = (typeof schema === 'object' && schema !== null) || typeof schema === 'function'
  const standard: unknown = isHolder && '~standard' in schema ? schema['~standard'] : undefined
  const validate =
    typeof standard === 'object' && standard !== null && 'validate' in standard
      ? standard.validate
      : undefined
  if (typeof validate === 'function') return
  throw new OperationError(
    'bad-option',
    `The schema of message "${name}" is not a Standard Schema: pass one of zod, Valibot, ArkType or ` +
      'another library of https://standardschema.dev, or leave it out.',
  )
}

function shown(value: unknown): string {
  return oneLine(inspect(value, { depth: 0, breakLength: Number.POSITIVE_INFINITY }), 80)
}

function deepFreeze<T extends object>(value: T): T {
  for (const member of Object.values(value)) {
    if (typeof member === 'object' && member !== null) deepFreeze(member)
  }
  return Object.freeze(value)
}
