/**
 * A process for tests of mDNS: announces `count` records on an interface and prints, as lines of JSON, what
 * it finds. Usage: announcer.ts <interface> <mDNS port> <count> <app>. A line on stdin ends it: `stop` in
 * good order, with a last line about its traffic.
 */
import { randomBytes } from 'node:crypto'
import { createInterface } from 'node:readline'
import { mdnsDiscovery } from '../../../discovery/index.js'

const [networkInterface = '127.0.0.1', port = '5353', count = '1', app = 'test'] = process.argv.slice(2)
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`)

const discovery = mdnsDiscovery({
  interface: networkInterface,
  port: Number(port),
  onAddress: (address) => say({ event: 'address', address: address ?? null }),
})
await discovery.start({
  found: (record) => say({ event: 'found', id: record.id, app: record.app, host: record.host }),
  gone: (id) => say({ event: 'gone', id }),
  notice: (what, text) => say({ event: 'notice', what, text }),
})
for (let i = 0; i < Number(count); i++) {
  const id = randomBytes(8).toString('hex')
  await discovery.announce({
    id,
    app,
    actor: `Actor${i}`,
    host: '',
    port: 1024 + i,
    key: '',
    generation: 1,
    wire: [1],
  })
  say({ event: 'announced', id })
}
say({ event: 'ready' })
createInterface({ input: process.stdin }).on('line', async () => {
  const { traffic } = discovery.state
  await discovery.stop()
  say({ event: 'stopped', ...traffic })
  process.exit(0)
})
