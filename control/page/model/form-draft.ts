/** What is typed into a form, and the value that it comes to, or what is wrong with it. Pure. */
import { type Field, isObject } from './schema-form.js'

/** Texts of what is typed, the number of what is chosen (as a text), and of lists and groups those within. */
export type Draft = string | boolean | readonly Draft[] | { readonly [name: string]: Draft }

/** By the path of the field. */
export type Flaws = ReadonlyMap<string, string>

export type Filled = { readonly value: unknown } | { readonly flaws: Flaws }

export function pathIn(path: string, part: string | number): string {
  return path === '' ? String(part) : `${path}.${part}`
}

/** @param value what there is already, or what the schema says. */
export function draftOf(field: Field, value: unknown = field.initial): Draft {
  switch (field.kind) {
    case 'flag':
      return value === true
    case 'choice': {
      const at = field.options.findIndex((each) => JSON.stringify(each) === JSON.stringify(value))
      return at >= 0 ? String(at) : field.isRequired && field.options.length === 1 ? '0' : ''
    }
    case 'list': {
      const given: readonly unknown[] = Array.isArray(value) ? value : Array.from({ length: field.least })
      return given.slice(0, field.most).map((each) => draftOf(field.of, each))
    }
    case 'group': {
      const given = isObject(value) ? value : {}
      return Object.fromEntries(
        field.fields.map((each) => [each.name, draftOf(each, given[each.name] ?? each.initial)]),
      )
    }
    case 'json':
      return value === undefined ? '' : JSON.stringify(value, undefined, 2)
    default:
      return value === undefined || value === null ? '' : String(value)
  }
}

/** The value is undefined for nothing. */
export function filledIn(field: Field, draft: Draft): Filled {
  const flaws = new Map<string, string>()
  const value = valueIn(field, draft, '', flaws)
  return flaws.size > 0 ? { flaws } : { value }
}

function valueIn(field: Field, draft: Draft, path: string, flaws: Map<string, string>): unknown {
  switch (field.kind) {
    case 'flag':
      return draft === true
    case 'list':
      return listOf(field, Array.isArray(draft) ? draft : [], path, flaws)
    case 'group':
      return groupOf(field, isDraftGroup(draft) ? draft : {}, path, flaws)
    default: {
      const typed = typeof draft === 'string' ? draft : ''
      const isText = field.kind === 'text' && field.isRequired && !field.isNullable
      if (typed.trim() === '' && !isText) return nothingOf(field, path, flaws)
      const read = typedIn(field, typed)
      if ('flaw' in read) flaws.set(path, read.flaw)
      return 'flaw' in read ? undefined : read.value
    }
  }
}

/** `null` where that may be given, for a member that has to be. */
function nothingOf(
  { isNullable, isRequired, name }: Field,
  path: string,
  flaws: Map<string, string>,
): unknown {
  if (isNullable && isRequired) return null
  if (isRequired && (name !== '' || path !== '')) flaws.set(path, 'Give a value.')
  return undefined
}

type Read = { readonly value: unknown } | { readonly flaw: string }

function typedIn(field: Field, typed: string): Read {
  switch (field.kind) {
    case 'number':
      return numberIn(field, typed)
    case 'text':
      return textIn(field, typed)
    case 'choice':
      return { value: field.options[Number(typed)] }
    default:
      return jsonIn(typed)
  }
}

function numberIn({ isWhole, min, max }: Extract<Field, { kind: 'number' }>, typed: string): Read {
  const value = Number(typed)
  if (!Number.isFinite(value)) return { flaw: 'Give a number.' }
  if (isWhole && !Number.isInteger(value)) return { flaw: 'Give a whole number.' }
  if (min !== undefined && value < min) return { flaw: `Give ${min} or more.` }
  return max !== undefined && value > max ? { flaw: `Give ${max} or less.` } : { value }
}

function textIn({ least, most, pattern }: Extract<Field, { kind: 'text' }>, typed: string): Read {
  if (typed.length < least)
    return { flaw: least === 1 ? 'Give a text.' : `Give ${least} characters or more.` }
  if (typed.length > most) return { flaw: `Give ${most} characters or fewer.` }
  return pattern === undefined || isLike(typed, pattern)
    ? { value: typed }
    : { flaw: `It has to be like ${pattern}` }
}

/** What is no pattern to a browser is left to the actor. */
function isLike(typed: string, pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(typed)
  } catch {
    return true
  }
}

function jsonIn(typed: string): Read {
  try {
    return { value: JSON.parse(typed) }
  } catch {
    return { flaw: 'This is no JSON.' }
  }
}

function listOf(
  field: Extract<Field, { kind: 'list' }>,
  drafts: readonly Draft[],
  path: string,
  flaws: Map<string, string>,
): unknown {
  if (drafts.length === 0 && !field.isRequired) return undefined
  if (drafts.length < field.least) flaws.set(path, `Give ${field.least} or more.`)
  return drafts.map((each, at) => valueIn(field.of, each, pathIn(path, at), flaws))
}

function groupOf(
  field: Extract<Field, { kind: 'group' }>,
  drafts: { readonly [name: string]: Draft },
  path: string,
  flaws: Map<string, string>,
): unknown {
  const inner = new Map<string, string>()
  const members = field.fields.flatMap((each) => {
    const value = valueIn(each, drafts[each.name] ?? draftOf(each), pathIn(path, each.name), inner)
    return value === undefined ? [] : [[each.name, value] as const]
  })
  // Of one that may be left out nothing was touched.
  if (members.length === 0 && !field.isRequired) return undefined
  for (const [place, flaw] of inner) flaws.set(place, flaw)
  return Object.fromEntries(members)
}

export function isDraftGroup(draft: Draft | undefined): draft is { readonly [name: string]: Draft } {
  return typeof draft === 'object' && !Array.isArray(draft)
}
