/** What may stand at the end of a line that is being typed. Pure. */
import type { ControlOutline } from '../../../runtime/index.js'
import { harmless } from '../terminal.js'
import { typed as asTyped, LineError, wordsOf } from './line.js'
import { membersOf, valuesOf } from './schemas.js'
import { verbs } from './verbs.js'

/** What is known by which words are completed. */
export interface Known {
  /** Of the actor in use; undefined while there is none. */
  readonly outline: ControlOutline | undefined
  /** Actors that were found: name, or id where several have it. */
  readonly actors: readonly string[]
}

/** Words that fit, and what of the line they take the place of. */
export interface Candidates {
  readonly words: readonly string[]
  readonly typed: string
}

const NOTHING: Candidates = { words: [], typed: '' }

/** Words for the end of a line; sorted. Never throws. */
export function candidatesFor(line: string, known: Known): Candidates {
  try {
    const isNew = line === '' || /\s$/.test(line)
    const words = wordsOf(line).map(({ text }) => text)
    const typed = isNew ? '' : (words.pop() ?? '')
    const all = allFor(words, known)
    const fits = all.filter((word) => word.startsWith(typed) && isHarmless(word))
    return { words: fits.sort(), typed }
  } catch (error) {
    if (error instanceof LineError) return NOTHING
    throw error
  }
}

function allFor(before: readonly string[], { outline, actors }: Known): string[] {
  const [verb, ...rest] = before
  const commands = outline?.commands.map(({ component, name }) => `${component}.${name}`) ?? []
  const properties = outline?.properties.map(({ component, name }) => `${component}.${name}`) ?? []
  const writable = outline?.properties.filter((each) => each.writable) ?? []
  if (verb === undefined) return [...verbs.keys(), ...commands].map(spaced)
  const path = verb === 'call' ? rest[0] : verb
  if (verb === 'call' && path === undefined) return commands.map(spaced)
  const command = outline?.commands.find(({ component, name }) => `${component}.${name}` === path)
  if (command) return argumentsOf(command.schema, verb === 'call' ? rest.slice(1) : rest)
  if (rest.length === 0) {
    if (verb === 'use') return typable(actors)
    if (verb === 'get') return properties.map(spaced)
    if (verb === 'set') return writable.map(({ component, name }) => spaced(`${component}.${name}`))
    if (verb === 'group') return typable(outline?.groups ?? [])
    if (verb === 'help') return [...verbs.keys()].map(spaced)
  }
  if (verb === 'set' && rest.length === 1) {
    const property = writable.find(({ component, name }) => `${component}.${name}` === rest[0])
    return valuesOf(property?.schema).map(spaced)
  }
  return verbs.get(verb)?.words?.(rest).map(spaced) ?? []
}

/** Names of arguments that are not there yet; of one that is typed, its values. */
function argumentsOf(schema: object | undefined, given: readonly string[]): string[] {
  const members = membersOf(schema)
  const named = new Set(given.map((word) => word.split('=', 1)[0]))
  return Object.entries(members)
    .filter(([name]) => !named.has(name))
    .flatMap(([name, of]) => {
      const values = valuesOf(of)
      return values.length === 0 ? [`${name}=`] : values.map((value) => spaced(`${name}=${value}`))
    })
}

/** Names, as they are typed. */
function typable(names: readonly string[]): string[] {
  return names.flatMap((name) => asTyped(name) ?? []).map(spaced)
}

/** Words of others go to the terminal as they are: one that would steer it is not offered. */
function isHarmless(word: string): boolean {
  return harmless(word) === word
}

/** What is complete is followed by a space. */
function spaced(word: string): string {
  return `${word} `
}
