/** A way through TCP that a test can cut, stop and open again. */
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

export class TcpProxy {
  readonly #server: Server
  readonly #targetPort: number
  readonly #sockets = new Set<Socket>()
  #connections = 0
  #refusing = false

  private constructor(server: Server, targetPort: number) {
    this.#server = server
    this.#targetPort = targetPort
    server.on('connection', (inner) => this.#join(inner))
  }

  /** Listens on loopback and leads to the endpoint. */
  static async to(endpoint: string): Promise<TcpProxy> {
    const proxy = new TcpProxy(createServer(), Number(endpoint.slice(endpoint.lastIndexOf(':') + 1)))
    proxy.#server.listen(0, '127.0.0.1')
    await once(proxy.#server, 'listening')
    return proxy
  }

  get endpoint(): string {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('the proxy does not listen')
    return `tcp://127.0.0.1:${address.port}`
  }

  /** Connections taken so far. */
  get connections(): number {
    return this.#connections
  }

  /** Cuts every connection at once; while `refusing`, new ones are cut as well. */
  cut(refusing = false): void {
    this.#refusing = refusing
    for (const socket of this.#sockets) socket.destroy()
  }

  /** The connections that there are stand, and carry nothing any more; new ones carry all. */
  stall(): void {
    for (const socket of this.#sockets) socket.unpipe().pause()
  }

  /** New connections are cut; those that there are carry on. */
  refuseNew(): void {
    this.#refusing = true
  }

  /** Takes connections again. */
  mend(): void {
    this.#refusing = false
  }

  close(): void {
    this.cut(true)
    this.#server.close()
  }

  #join(inner: Socket): void {
    this.#connections++
    if (this.#refusing) {
      inner.destroy()
      return
    }
    const outer = connect(this.#targetPort, '127.0.0.1')
    for (const [socket, other] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      this.#sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        this.#sockets.delete(socket)
        other.destroy()
      })
      socket.pipe(other)
    }
  }
}
