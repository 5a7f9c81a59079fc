/**
 * The server of an attacked app in a process of its own: says who it is and where it listens, and, asked
 * by any word, how many bytes of memory and how many files it has.
 */
import { readdirSync } from 'node:fs'
import { startActor } from '../../../runtime/index.js'
import { appWith, Server } from '../cell.js'

const [folder = '', name = ''] = process.argv.slice(2)
let made: Server | undefined
class Told extends Server {
  constructor() {
    super()
    made = this
  }
}

process.once('disconnect', () => process.exit())
const actor = await startActor(appWith(name, 'Server', Told), 'Server', {
  keys: folder,
  discovery: 'static:',
  interface: '127.0.0.1',
  sink: { write: () => undefined },
})
const { news, desk, counter, hatch, cell } = made ?? {}
const ports = [news, desk, counter, hatch].map((port) => port?.info.port)
const [directory, introduction] = [actor.directory, actor.directory.split(':').at(-1)]
const { gpub, gans } = cell?.ports ?? {}
process.send?.(
  JSON.stringify({
    pid: process.pid,
    directory,
    ports: [...ports, gpub?.port, gans?.port, Number(introduction)],
  }),
)
process.on('message', () => {
  process.send?.(
    JSON.stringify({ bytes: process.memoryUsage.rss(), files: readdirSync('/proc/self/fd').length }),
  )
})
