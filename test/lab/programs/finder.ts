/** Discovery over mDNS on one host, and nothing else: begins and ends when told, and tells whom it finds. */
import { mdnsDiscovery } from '../../../discovery/index.js'
import type { FinderOrder, FinderWord } from '../words.js'

const tell = (word: FinderWord): void => void process.send?.(word)

function nowMs(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1e3 + nanoseconds / 1e6
}

let discovery = mdnsDiscovery({ interface: 'eth0' })
let orders = Promise.resolve()

async function obey(order: FinderOrder): Promise<void> {
  await discovery.stop()
  if (order.begin === undefined) return tell({ is: 'ended' })
  discovery = mdnsDiscovery({ interface: 'eth0' })
  const atMs = nowMs()
  await discovery.start({
    found: ({ id }) => tell({ is: 'found', atMs: nowMs(), id }),
    gone: () => undefined,
    notice: () => undefined,
  })
  const record = {
    id: order.begin,
    app: 'lab',
    actor: 'Finder',
    host: '',
    port: 1,
    key: '',
    generation: 0,
    wire: [1],
  }
  await discovery.announce(record)
  tell({ is: 'begun', atMs })
}

process.on('message', (order: FinderOrder) => {
  orders = orders.then(() => obey(order))
})
// Nobody is left to tell it anything.
process.on('disconnect', () => process.exit())
tell({ is: 'ended' })
