/** What is served, by topic. */
import type { RequestHandler, StreamHandler } from './contract.js'
import { SessionError } from './errors.js'
import { topicBytes } from './labels.js'
import { sessionLimits } from './limits.js'

/** Handlers of one kind. */
export class Topics<Handler> {
  readonly #handlers = new Map<string, Handler>()

  get(topic: string): Handler | undefined {
    return this.#handlers.get(topic)
  }

  /** Gives its undoing. @throws SessionError. */
  add(topic: string, handler: Handler): () => void {
    topicBytes(topic)
    if (this.#handlers.has(topic)) {
      const text = `'${topic}' is served already: undo that first, or use another topic`
      throw new SessionError('session-topic-taken', text)
    }
    if (this.#handlers.size >= sessionLimits.topics) {
      throw new SessionError('session-busy', `${sessionLimits.topics} topics are served, which is the most`)
    }
    this.#handlers.set(topic, handler)
    return () => {
      if (this.#handlers.get(topic) === handler) this.#handlers.delete(topic)
    }
  }
}

/** All that peers may ask for. */
export interface Services {
  readonly requests: Topics<RequestHandler>
  readonly streams: Topics<StreamHandler>
}
