/** The line that the launcher prints for an event of an actor. */
import { type Tone, textOfEvent } from '../../runtime/index.js'
import { paint, type Screen, type Style } from './terminal.js'

const TONES: Readonly<Record<Tone, Style | undefined>> = {
  quiet: 'dim',
  plain: undefined,
  warning: 'yellow',
  error: 'red',
}

/** The line for an event, or undefined where a person need not see it. */
export function paintEvent(screen: Screen, event: Readonly<Record<string, unknown>>): string | undefined {
  const shown = textOfEvent(event)
  if (!shown) return undefined
  const style = TONES[shown.tone]
  return style ? paint(screen, style, shown.text) : shown.text
}
