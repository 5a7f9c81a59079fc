/** Answers the workers, which ask for work: whoever has waited longest gets the next job. */
import { Component, type Reply } from 'quorate'
import { Free, Job } from './messages.js'

const WORDS = ['level', 'stressed', 'noon', 'drawer', 'radar']

export class Foreman extends Component<{ period: number }> {
  readonly free = this.ans(Free, Job, ({ done }, reply) => {
    if (done !== undefined) this.log.info({ done, worker: reply.from.actorId }, `done: ${done}`)
    this.#idle.push(reply)
  })
  readonly tick = this.timer(this.params.period, () => this.#give())
  /** The ways back to the workers that are free. */
  readonly #idle: Reply<{ word: string }>[] = []
  #next = 0

  #give(): void {
    for (let reply = this.#idle.shift(); reply; reply = this.#idle.shift()) {
      const word = WORDS[this.#next % WORDS.length] ?? ''
      // One that is gone does not get it: then the next does.
      if (!reply({ word })) continue
      this.#next++
      return
    }
  }
}
