/** Sockets of the file system: `uds:///run/app.sock`. Who may write the file may connect. */
import { chmodSync, lstatSync, rmSync } from 'node:fs'
import { createServer, connect as dial } from 'node:net'
import type { ConnectorParams, Driver, ListenHandler, Listening, Pipe } from '../driver.js'
import { CommError } from '../errors.js'
import { commLimits } from '../limits.js'
import { StreamPipe } from './stream-pipe.js'
import { closed, connected, listening } from './stream-socket.js'

/** Of the name in `sockaddr_un`, without its end; a longer one would be cut in silence. */
const PATH_BYTES = 107
const OWNER_ONLY = 0o600

export class UdsDriver implements Driver {
  readonly schemes = ['uds']
  readonly secureSchemes = []
  readonly capabilities = { sendHeartbeat: true, supportSsl: false }

  async connect(params: ConnectorParams, signal: AbortSignal): Promise<Pipe> {
    const path = pathOf(params)
    const socket = dial({ path })
    await connected(socket, 'connect', signal)
    return new StreamPipe(socket, { peer_addr: path, local_addr: '' })
  }

  async listen(params: ConnectorParams, handler: ListenHandler): Promise<Listening> {
    const path = pathOf(params)
    await removeLeftover(path)
    const server = createServer((socket) => {
      handler.connected(new StreamPipe(socket, { peer_addr: '', local_addr: path }))
    })
    server.maxConnections = commLimits.connections
    // Nobody else connects in the moment before its mode is set.
    const before = process.umask(0o177)
    const bound = listening(server, { path })
    process.umask(before)
    await bound
    chmodSync(path, OWNER_ONLY)
    server.on('error', (error) => handler.failed(error))
    return { url: `uds://${path}`, close: () => closed(server) }
  }
}

function pathOf({ url, host, path }: ConnectorParams): string {
  if (host === '' && path.length > 1 && Buffer.byteLength(path) <= PATH_BYTES) return path
  const text = `${url} names no socket; give uds:///run/app.sock, of at most ${PATH_BYTES} bytes`
  throw new CommError('BAD_CONFIG', text)
}

/** A socket of a process that was killed is still there, and nobody answers: it is in the way. */
async function removeLeftover(path: string): Promise<void> {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSocket() !== true) return
  const isServed = await new Promise<boolean>((resolve) => {
    const socket = dial({ path })
    socket.once('connect', () => resolve(true))
    socket.once('error', (error) => resolve(!('code' in error) || error.code !== 'ECONNREFUSED'))
    socket.once('close', () => socket.destroy())
    socket.once('connect', () => socket.destroy())
  })
  if (!isServed) rmSync(path, { force: true })
}
