/**
 * A subscriber in a process of its own: `<peer as JSON>`. Says `connected`, and on `report` what it counted.
 */
import type { PeerPort } from '../../../../ports/port.js'
import { Sub } from '../../../../ports/sub.js'
import { Anything } from '../../../support/messages.js'
import { TestEnvironment } from '../../../support/port-environment.js'

const target: PeerPort = JSON.parse(process.argv[2] ?? '')
const environment = new TestEnvironment('Subscriber')
let gaps = 0
const sub = new Sub(Anything, () => undefined, {
  bytes: () => undefined,
  onGap: (_, messages) => {
    gaps += messages
  },
})
await environment.open(sub)
sub.update(target)

const watch = setInterval(() => {
  if (sub.connected === 0) return
  clearInterval(watch)
  process.send?.('connected')
}, 5)
process.on('message', () => {
  process.send?.(JSON.stringify({ received: sub.stats.received, missed: sub.stats.missed, gaps }))
})
process.on('disconnect', () => process.exit())
