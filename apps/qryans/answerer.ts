/** Answers one question at once, and another several times, in its own time. */
import { Component } from 'quorate'
import { Count, Countdown, Square, Squared } from './messages.js'

const STEP_MS = 200

export class Answerer extends Component {
  readonly square = this.ans(Square, Squared, ({ n }, reply) => reply({ n, squared: n * n }))
  readonly countdown = this.ans(Countdown, Count, ({ from }, reply) => {
    // The reply outlives its handler; it is false when the asker is gone.
    const step = (left: number): void => {
      if (reply({ left }) && left > 0) setTimeout(step, STEP_MS, left - 1)
    }
    step(from)
  })
}
