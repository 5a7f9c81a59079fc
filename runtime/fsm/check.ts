/**
 * Whether what is written of a state machine can ever happen. A name that is misspelt would be no error of
 * its own: its actions would never run.
 */
import { AppError } from '../errors.js'
import { listOf } from './transitions.js'

/** What is written of a machine. */
export interface MachineParts {
  readonly name: string
  readonly initial: string
  /** What states do when they are entered and left. */
  readonly states: object
  /** What each event does, by state. */
  readonly tables: readonly object[]
}

const ACTIONS = ['entry', 'exit']
const PARTS = ['guard', 'to', 'do']

/** @throws AppError `bad-app` where a state cannot be reached, or a name means nothing. */
export function checkMachine({ name, initial, states, tables }: MachineParts): void {
  const transitions = tables
    .flatMap(statesOf)
    .flatMap(([state, found]) => listOf(found).map((each) => ({ state, each })))
  const reached = new Set<unknown>([initial, ...transitions.map(({ each }) => Reflect.get(each, 'to'))])
  for (const [state] of [states, ...tables].flatMap(statesOf)) {
    if (reached.has(state)) continue
    const text = `component ${name} is never in the state ${JSON.stringify(state)}`
    const why = 'which is not the initial one and no `to` of a transition'
    throw new AppError('bad-app', `${text}, ${why}; correct its name, or leave it out`)
  }
  for (const [state, actions] of statesOf(states)) refuseOthers(name, state, actions, ACTIONS)
  for (const { state, each } of transitions) refuseOthers(name, state, each, PARTS)
}

/** What a table holds, by state; what is left undefined is as what is not there. */
function statesOf(table: object): [string, object][] {
  return Object.entries(table).filter(([, held]) => typeof held === 'object' && held !== null)
}

function refuseOthers(name: string, state: string, given: object, known: readonly string[]): void {
  const other = Object.keys(given).find((key) => !known.includes(key))
  if (other === undefined) return
  const text = `component ${name}, state ${state}: ${JSON.stringify(other)} means nothing here`
  throw new AppError('bad-app', `${text}; write one of ${known.join(', ')}`)
}
