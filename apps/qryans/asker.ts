/** Asks: one question with one answer, one with several, and those to all answerers in turn. */
import { Component } from 'quorate'
import { Count, Countdown, Square, Squared } from './messages.js'

export class Asker extends Component<{ period: number }> {
  readonly square = this.qry(Square, Squared, undefined, { timeout: 1000 })
  // The answers to send() come here: as many as there are, whenever they come.
  readonly countdown = this.qry(Countdown, Count, ({ left }, from) => {
    this.log.info({ left, by: from.actorId }, left > 0 ? `${left} …` : 'lift-off')
  })
  readonly tick = this.timer(this.params.period, () => this.#ask())
  #n = 0

  async #ask(): Promise<void> {
    const answerers = this.square.connected
    if (answerers === 0) return
    const n = ++this.#n
    // One question for each answerer, all at once; they get them in turn.
    const asked = Array.from({ length: answerers }, (_, i) => this.square.ask({ n: n + i }))
    this.countdown.send({ from: 2 }).catch(() => this.log.warn('nobody counts down'))
    const answers = await Promise.allSettled(asked)
    const squares = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value.squared] : []))
    const lost = answers.length - squares.length
    this.log.info({ answerers, squares, lost }, `${answerers} answered: ${squares.join(', ')}`)
  }
}
