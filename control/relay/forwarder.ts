/**
 * The way of an agent's actors to the hub that it has dialled: a socket in its folder, from which each
 * connection is carried to the hub's own server, and to nobody else. Its path stays the same at each start of
 * the agent, so actors find it again that were there before.
 */
import { chmodSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { type Duplex, pipeline } from 'node:stream'
import { openSocketPath } from '../supervision/socket-path.js'
import { relayLimits } from './limits.js'

export class Forwarder {
  readonly #path: string
  readonly #toHub: () => Promise<Duplex>
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #closeFolder: () => void = () => undefined

  /** @param path in a folder that is the agent's own. */
  constructor(path: string, toHub: () => Promise<Duplex>) {
    this.#path = path
    this.#toHub = toHub
    this.#server = createServer({ pauseOnConnect: true, allowHalfOpen: true }, (socket) => {
      void this.#forward(socket)
    })
  }

  /** Resolves when it listens. @throws Error of the system. */
  async start(): Promise<void> {
    const { path, close } = openSocketPath(this.#path)
    this.#closeFolder = close
    // That of an agent before this one, which was killed.
    rmSync(path, { force: true })
    await new Promise<void>((listening, failed) => {
      this.#server.once('error', failed)
      this.#server.listen(path, listening)
    })
    chmodSync(path, 0o600)
  }

  /** Ends what it carries. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    for (const socket of this.#sockets) socket.destroy()
    await closed
    this.#closeFolder()
  }

  /** Never rejects. */
  async #forward(socket: Socket): Promise<void> {
    socket.on('error', () => socket.destroy())
    if (this.#sockets.size >= relayLimits.forwarded) {
      socket.destroy()
      return
    }
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
    try {
      const stream = await this.#toHub()
      if (socket.destroyed) {
        stream.destroy()
        return
      }
      pipeline(socket, stream, () => undefined)
      pipeline(stream, socket, () => undefined)
    } catch {
      // Whoever came asks again, and the agent says why its hub is not reached.
      socket.destroy()
    }
  }
}
