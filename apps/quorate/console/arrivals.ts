/** What the actor in use publishes: shown, if that is wanted, and waited for. */
import { type ApiMessage, ApiTopic } from '../../../control/index.js'
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
  #isShown = true

  /** Whether they are shown from now on. */
  show(on: boolean): void {
    this.#isShown = on
  }

  take(message: ApiMessage): void {
    if (this.#isShown) this.shown(message)
    const names = namesOf(message)
    for (const { kind, came } of [...this.#waiting]) if (names.includes(kind.toLowerCase())) came()
  }

  /** True when one of this kind comes: its name or number, or that of its topic. False where none does. */
  next(kind: string, withinMs: number): Promise<boolean> {
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
  const names = [topicName(topic).toLowerCase(), String(topic)]
  const isEvent = topic === ApiTopic.EVENT || topic === ApiTopic.EMERGENCY
  if (!isEvent || typeof value !== 'object' || value === null || !('kind' in value)) return names
  const { kind } = value
  return [...names, kindName(kind), ...(typeof kind === 'number' ? [String(kind)] : [])]
}
