/** What the components of an actor report of their work: one document for the whole actor. */
import { messageOf, PortError } from '../../ports/index.js'
import { runtimeLimits } from '../limits.js'

/** Where the document goes. */
export interface MetricsSink {
  /** Takes all that was reported so far, as JSON. Must not throw. */
  write(document: string): void
}

type Values = Readonly<Record<string, unknown>>

/** What `this.metrics` of a component is. */
export class Metrics {
  readonly #sink: MetricsSink | undefined
  #document: Values = {}

  /** The runtime's. */
  constructor(sink: MetricsSink | undefined) {
    this.#sink = sink
  }

  /**
   * Adds to what the actor has reported: members of objects within one another, all else in place of what was
   * there. It goes where whoever started the actor wants it, as to a Redis; nowhere where nobody does.
   *
   *     this.metrics.report({ rounds: { [round]: { loss } } })
   *
   * @throws PortError `unencodable` for what JSON has not, `too-large`: then nothing was added.
   */
  report(values: Readonly<Record<string, unknown>>): void {
    if (!this.#sink) return
    // A copy: what becomes of the objects later is not reported.
    const added: Values = JSON.parse(encoded(values))
    const document = merged(this.#document, added)
    const text = encoded(document)
    if (text.length > runtimeLimits.metricsChars) {
      const bound = `${runtimeLimits.metricsChars} characters`
      throw new PortError(
        'too-large',
        `the metrics of an actor may have ${bound}, and these have ${text.length}`,
      )
    }
    this.#document = document
    this.#sink.write(text)
  }
}

function merged(before: Values, added: Values): Values {
  const members = new Map(Object.entries(before))
  for (const [name, value] of Object.entries(added)) {
    const old = members.get(name)
    members.set(name, isObject(old) && isObject(value) ? merged(old, value) : value)
  }
  return Object.fromEntries(members)
}

function isObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

function encoded(document: Values): string {
  try {
    return JSON.stringify(document)
  } catch (cause) {
    throw new PortError('unencodable', `metrics are JSON: ${messageOf(cause)}`, { cause })
  }
}
