/** What the actor in use publishes: shown, if that is wanted, and waited for. */
import { type ApiMessage, ApiTopic } from '../../../control/index.js'
import { commandLimits } from '../limits.js'
import { kindName, topicName } from './show.js'

/** What a timer of Node.js can wait: it takes more for nothing at all. */
const LONGEST_MS = 2 ** 31 - 1

interface Waiting {
  readonly kind: string
  readonly came: () => void
}

export class Arrivals {
  /** Shows one, where somebody sees it. */
  shown: (message: ApiMessage) => void = () => undefined
  readonly #waiting = new Set<Waiting>()
  /** Names of each that came since the last line began that was no wait, and that no wait has taken. */
  readonly #past: (readonly string[])[] = []
  #isShown = true

  /** Whether they are shown from now on. */
  show(on: boolean): void {
    this.#isShown = on
  }

  /** A line begins that may have something happen: a wait after it is for what comes from now on. */
  lineBegins(): void {
    this.#past.length = 0
  }

  take(message: ApiMessage): void {
    if (this.#isShown) this.shown(message)
    const names = namesOf(message)
    const waiting = [...this.#waiting].filter(({ kind }) => names.includes(kind))
    for (const { came } of waiting) came()
    if (waiting.length > 0) return
    this.#past.push(names)
    if (this.#past.length > commandLimits.pastEvents) this.#past.shift()
  }

  /**
   * True when one of this kind comes, or came since the last line began: its name or number, or that of its
   * topic. False where none does.
   */
  next(wanted: string, withinMs: number): Promise<boolean> {
    const kind = asWord(wanted)
    const past = this.#past.findIndex((names) => names.includes(kind))
    if (past >= 0) {
      this.#past.splice(past, 1)
      return Promise.resolve(true)
    }
    return new Promise((resolve) => {
      const settle = (came: boolean): void => {
        clearTimeout(timer)
        this.#waiting.delete(waiting)
        resolve(came)
      }
      const timer = setTimeout(() => settle(false), Math.min(withinMs, LONGEST_MS))
      const waiting: Waiting = { kind, came: () => settle(true) }
      this.#waiting.add(waiting)
    })
  }
}

function namesOf({ topic, value }: ApiMessage): readonly string[] {
  const names = [asWord(topicName(topic)), String(topic)]
  const isEvent = topic === ApiTopic.EVENT || topic === ApiTopic.EMERGENCY
  if (!isEvent || typeof value !== 'object' || value === null || !('kind' in value)) return names
  const { kind } = value
  return [...names, kindName(kind), ...(typeof kind === 'number' ? [String(kind)] : [])]
}

/** As people type names: `command-result` is COMMAND_RESULT. */
function asWord(name: string): string {
  return name.toLowerCase().replaceAll('_', '-')
}
