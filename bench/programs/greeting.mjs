// The app of the spawn runs: an actor that is started says one thing, which the waiting peer hears. The
// message is kept, so it is the first one that is taken, whenever the two find each other.

import { actor, app, Component, message, number } from 'quorate'
import { z } from 'zod'
import { now, tell } from './channel.mjs'

const Greeting = message('Greeting', z.object({ trial: z.int() }))

class Greeter extends Component {
  greetings = this.pub(Greeting, { keep: 1 })

  onActivate() {
    this.greetings.send({ trial: this.params.trial })
  }
}

class Listener extends Component {
  greetings = this.sub(Greeting, ({ trial }) => tell({ type: 'heard', trial, at: now() }))

  onActivate() {
    tell({ type: 'ready' })
  }

  onPeer({ state }) {
    tell({ type: state })
  }
}

// biome-ignore lint/style/noDefaultExport: an app file exports its app as default.
export default app('bench-greeting', {
  actors: {
    Greeter: actor({
      params: { trial: number() },
      components: ({ trial }) => ({ greeter: [Greeter, { trial }] }),
    }),
    Listener: actor({ components: () => ({ listener: [Listener, {}] }) }),
  },
})
