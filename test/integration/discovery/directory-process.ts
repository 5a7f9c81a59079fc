/** A process with nothing but a directory; prints its port. Usage: directory-process.ts [port]. */
import { randomBytes } from 'node:crypto'
import { DirectoryServer } from '../../../discovery/index.js'
import { createSockets } from '../../../ports/index.js'

const id = randomBytes(8).toString('hex')
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`)
let port = Number(process.argv[2] ?? 0)

const server = new DirectoryServer({
  sockets: createSockets(),
  host: '127.0.0.1',
  port,
  self: () => ({ id, app: 'app', actor: 'Child', host: '', port, key: '', generation: 1, wire: [1] }),
  events: { hello: () => undefined, notice: (what, text) => say({ event: 'notice', what, text }) },
})
port = await server.open()
say({ event: 'ready', id, port })
process.stdin.resume()
