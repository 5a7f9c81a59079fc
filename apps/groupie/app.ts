/** Groups at work, as a script says: who joins what, sends, votes, leaves and comes back. */
import { actor, app, number, string } from 'quorate'
import { Groupie } from './groupie.js'
import { Crowd, Pair, Trio } from './messages.js'
import { readScript } from './script.js'

const SCRIPT = 'join A; send 10/s; tell leader 5/s; vote majority 1/s; act consensus 0.5/s'

export default app('groupie', {
  version: '1.0.0',
  groups: { Pair, Trio, Crowd },
  actors: {
    Groupie: actor({
      params: {
        script: string(SCRIPT, 'what it does: see README.md'),
        show: number(5000, 'milliseconds between two lines of counts'),
      },
      components: ({ script, show }) => ({ groupie: [Groupie, { script: readScript(script), show }] }),
    }),
  },
})
