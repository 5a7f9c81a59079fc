// The app of the idle run: 20 ports of all kinds, connected to a peer with the same 20, and nothing to do.

import { actor, app, Component, message } from 'quorate'
import { z } from 'zod'
import { tell } from './channel.mjs'

const schema = z.object({ at: z.number(), value: z.number() })
const data = Array.from({ length: 5 }, (_, i) => message(`Data${i}`, schema))
const questions = Array.from({ length: 4 }, (_, i) => message(`Question${i}`, schema))
const answers = Array.from({ length: 4 }, (_, i) => message(`Answer${i}`, schema))
/** Long enough to be idle; timers are ports, too. */
const SELDOM = '60s'

class Quiet extends Component {
  constructor() {
    super()
    data.forEach((type, i) => {
      this[`pub${i}`] = this.pub(type)
      this[`sub${i}`] = this.sub(type, () => {})
    })
    questions.forEach((type, i) => {
      this[`qry${i}`] = this.qry(type, answers[i])
      this[`ans${i}`] = this.ans(type, answers[i], (question, reply) => reply(question))
    })
    for (const i of [0, 1]) this[`timer${i}`] = this.timer(SELDOM, () => {})
  }

  onActivate() {
    this.#untilConnected()
  }

  /** Every sub and qry has its own actor and the peer at the other end. */
  #untilConnected() {
    const connecting = Object.values(this).filter((port) => port?.kind === 'sub' || port?.kind === 'qry')
    if (connecting.every((port) => port.connected === 2))
      tell({ type: 'connected', ports: connecting.length })
    else setTimeout(() => this.#untilConnected(), 50)
  }
}

// biome-ignore lint/style/noDefaultExport: an app file exports its app as default.
export default app('bench-quiet', {
  actors: { Quiet: actor({ components: () => ({ quiet: [Quiet, {}] }) }) },
})
