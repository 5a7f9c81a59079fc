/** Asks for work: its question stays open until there is some. */
import { Component, type PeerEvent } from 'quorate'
import { Free, Job } from './messages.js'

export class Worker extends Component {
  readonly work = this.qry(Free, Job, ({ word }) => this.#ask([...word].reverse().join('')))

  override onPeer({ state, actor }: PeerEvent): void {
    // A foreman that was started again does not know who is free.
    if (state === 'connected' && actor === 'Foreman') this.#ask()
  }

  #ask(done?: string): void {
    const query = done === undefined ? {} : { done }
    // Without a foreman, or where it ends just then, it asks when there is one again.
    this.work
      .ready()
      .then(() => this.work.send(query))
      .catch(() => this.log.warn('no foreman'))
  }
}
