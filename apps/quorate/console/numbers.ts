/** Topics and kinds of events by what people call them. */
import { ApiEventKind, ApiTopic } from '../../../control/index.js'
import { LineError } from './line.js'

/** @throws LineError for a name that there is not. */
export function topicNumber(text: string): number {
  return numberIn(text, ApiTopic, 'topic')
}

/** @throws LineError for a name that there is not. */
export function kindNumber(text: string): number {
  return numberIn(text, ApiEventKind, 'kind of event')
}

function numberIn(text: string, names: Readonly<Record<string, number>>, what: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text)
  const name = text.toUpperCase().replaceAll('-', '_')
  const number = Object.hasOwn(names, name) ? names[name] : undefined
  if (number !== undefined) return number
  const known = Object.keys(names).map((each) => each.toLowerCase().replaceAll('_', '-'))
  throw new LineError(`there is no ${what} ${JSON.stringify(text)}; give a number, or ${known.join(', ')}`)
}
