/** What a program gives to calls of groups: where its types are not checked, it may be anything. */
import { OperationError } from '../../ports/index.js'

/** Options, where there are any. @throws OperationError `bad-option` for what is no object. */
export function optionsGiven<Options extends object>(
  options: Options | undefined,
  call: string,
): Options | undefined {
  if (options === undefined || (typeof options === 'object' && options !== null)) return options
  throw new OperationError(
    'bad-option',
    `the options of ${call} are ${shown(options)}; give an object, or none`,
  )
}

/** The id of who is named by it, or by an object that has it. @throws OperationError `bad-option`. */
export function idGiven(who: unknown, call: string): string {
  const id = typeof who === 'object' && who !== null && 'id' in who ? who.id : who
  if (typeof id === 'string') return id
  const text = `${call} is for ${shown(who)}`
  throw new OperationError('bad-option', `${text}; give the id of a member, or who a message is from`)
}

/** @throws OperationError `bad-option` where one that observes is to elect, or the other way round. */
export function sameRole(what: string, observes: boolean, isToObserve: boolean): void {
  if (observes === isToObserve) return
  const text = `${what} to ${observes ? 'observe' : 'elect'}`
  throw new OperationError('bad-option', `${text}; leave it first, to join it the other way`)
}

/** For an error: `"2"` is another than `2`. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  return typeof value === 'object' && value !== null ? 'an object of another kind' : String(value)
}
