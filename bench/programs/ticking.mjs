// The app of the timer run: a timer port and nothing else.

import { actor, app, Component, number } from 'quorate'
import { Ticks } from './ticks.mjs'

class Ticker extends Component {
  ticks = new Ticks(this.params.ms)
  tick = this.timer(this.params.period, ({ skipped }) => this.ticks.add(skipped))
}

// biome-ignore lint/style/noDefaultExport: an app file exports its app as default.
export default app('bench-ticking', {
  actors: {
    Ticker: actor({
      params: { period: number(), ms: number() },
      components: (p) => ({ ticker: [Ticker, p] }),
    }),
  },
})
