// The app of the crowd: four ports, a pub, a sub, a qry and an ans, each connected with those of every actor.

import { actor, app, Component, message, number } from 'quorate'
import { z } from 'zod'
import { tell } from './channel.mjs'

const schema = z.object({ at: z.number(), value: z.number() })
const [News, Question, Answer] = ['News', 'Question', 'Answer'].map((name) => message(name, schema))
const LOOK_MS = 100

class One extends Component {
  news = this.pub(News)
  heard = this.sub(News, () => {})
  asks = this.qry(Question, Answer)
  answers = this.ans(Question, Answer, (question, reply) => reply(question))

  onActivate() {
    tell({ type: 'ready' })
    this.#untilConnected()
  }

  /** Both connecting ports have every actor at the other end, the own one included. */
  #untilConnected() {
    const { actors } = this.params
    if (this.heard.connected >= actors && this.asks.connected >= actors) tell({ type: 'connected' })
    else setTimeout(() => this.#untilConnected(), LOOK_MS)
  }
}

// biome-ignore lint/style/noDefaultExport: an app file exports its app as default.
export default app('bench-crowd', {
  actors: {
    One: actor({
      params: { actors: number(60) },
      components: ({ actors }) => ({ one: [One, { actors }] }),
    }),
  },
})
