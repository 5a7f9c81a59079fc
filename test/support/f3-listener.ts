/** Where communicators of a test dial peers by TCP. */
import { createServer, type Server } from 'node:net'
import { F3Peer } from './f3-peer.js'

export class F3Listener {
  readonly port: number
  readonly #server: Server
  readonly #peers: F3Peer[] = []
  readonly #waiting: ((peer: F3Peer) => void)[] = []

  constructor(server: Server, port: number) {
    this.#server = server
    this.port = port
  }

  /** `prepare` sees each peer before a byte of it is read. */
  static open(name = 'peer', prepare: (peer: F3Peer) => void = () => undefined): Promise<F3Listener> {
    const server = createServer({ noDelay: true })
    return new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen(0, '127.0.0.1', () => {
        const address = server.address()
        if (address === null || typeof address === 'string') return reject(new Error('no port'))
        const listener = new F3Listener(server, address.port)
        server.on('connection', (socket) => {
          const peer = new F3Peer(socket, name)
          prepare(peer)
          listener.#accept(peer)
        })
        resolve(listener)
      })
    })
  }

  get url(): string {
    return `tcp://127.0.0.1:${this.port}`
  }

  /** The next one that connected and that nobody took. */
  accepted(): Promise<F3Peer> {
    const peer = this.#peers.shift()
    return peer ? Promise.resolve(peer) : new Promise((resolve) => this.#waiting.push(resolve))
  }

  close(): void {
    this.#server.close()
  }

  #accept(peer: F3Peer): void {
    const waiting = this.#waiting.shift()
    if (waiting) waiting(peer)
    else this.#peers.push(peer)
  }
}
