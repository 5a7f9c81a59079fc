// The app of the agent's run: an actor that does what most do most of the time, which is little.

import { actor, app, Component, message } from 'quorate'
import { z } from 'zod'

const Level = message('Level', z.object({ level: z.number() }))

class Steady extends Component {
  levels = this.pub(Level)
  tick = this.timer('1s', () => this.levels.send({ level: 1 }))
}

// biome-ignore lint/style/noDefaultExport: an app file exports its app as default.
export default app('bench-steady', {
  actors: { Steady: actor({ components: () => ({ steady: [Steady, {}] }) }) },
})
