// The app of the crash runs: a stayer and a victim with pub/sub and qry/ans both ways. Types differ by
// direction, so that no port hears its own actor. Each end tells when a way works: a message of this
// victim has gone it and was handled.

import { actor, app, Component, message, number } from 'quorate'
import { z } from 'zod'
import { now, onTold, tell } from './channel.mjs'

const schema = z.object({ trial: z.int() })
const Down = message('Down', schema)
const Up = message('Up', schema)
const AskDown = message('AskDown', schema)
const AnswerUp = message('AnswerUp', schema)
const AskUp = message('AskUp', schema)
const AnswerDown = message('AnswerDown', schema)
/** How often each end tries what does not work yet. */
const TRY_MS = 2
const ASK_MS = 2000

/** Tells of each way of each victim once. */
class Ways {
  #told = new Set()

  works(way, trial) {
    const key = `${way} ${trial}`
    if (this.#told.has(key)) return
    this.#told.add(key)
    tell({ type: 'works', way, trial, at: now() })
  }
}

/** Asks each connected peer once at a time until it has answered. */
function askAll(port, trial, asked, answered) {
  for (const to of port.peers) {
    if (asked.has(to.actorId)) continue
    asked.add(to.actorId)
    port.ask({ trial }, { to, timeout: ASK_MS }).then(answered, () => asked.delete(to.actorId))
  }
}

class Stayer extends Component {
  down = this.pub(Down)
  up = this.sub(Up, ({ trial }) => this.#ways.works('sub', trial))
  askDown = this.qry(AskDown, AnswerUp)
  askUp = this.ans(AskUp, AnswerDown, ({ trial }, reply) => reply({ trial }))
  pulse = this.timer(TRY_MS, () => this.#try())
  #ways = new Ways()
  #asked = new Set()
  #trial = 0

  onActivate() {
    onTold('trial', ({ trial }) => {
      this.#trial = trial
    })
    onTold('watch', () => this.#watch())
    tell({ type: 'ready' })
  }

  #try() {
    this.down.send({ trial: this.#trial })
    askAll(this.askDown, this.#trial, this.#asked, ({ trial }) => this.#ways.works('qry', trial))
  }

  /** Tells when each port has nobody at its other end. */
  #watch() {
    const ports = { pub: this.down, sub: this.up, qry: this.askDown, ans: this.askUp }
    const at = {}
    const look = () => {
      for (const [kind, port] of Object.entries(ports)) if (port.connected === 0) at[kind] ??= now()
      if (Object.keys(at).length < 4) setTimeout(look, 1)
      else tell({ type: 'gone', at })
    }
    look()
    tell({ type: 'watching' })
  }
}

class Victim extends Component {
  up = this.pub(Up)
  down = this.sub(Down, () => this.#ways.works('pub', this.params.trial))
  askUp = this.qry(AskUp, AnswerDown)
  askDown = this.ans(AskDown, AnswerUp, (_, reply) => reply({ trial: this.params.trial }))
  pulse = this.timer(TRY_MS, () => this.#try())
  #ways = new Ways()
  #asked = new Set()

  #try() {
    const { trial } = this.params
    this.up.send({ trial })
    askAll(this.askUp, trial, this.#asked, () => this.#ways.works('ans', trial))
  }
}

// biome-ignore lint/style/noDefaultExport: an app file exports its app as default.
export default app('bench-restart', {
  actors: {
    Stayer: actor({ components: () => ({ stayer: [Stayer, {}] }) }),
    Victim: actor({
      params: { trial: number() },
      components: ({ trial }) => ({ victim: [Victim, { trial }] }),
    }),
  },
})
