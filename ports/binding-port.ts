/**
 * What the kinds that bind share (pub, ans): they take an address in their scope, once open and again at each
 * reset, and tell where they are. What they do with the socket is theirs. One that is renewed takes another
 * address beside the one that it has, and gives that up when its peers have had time to come to the new one.
 */
import { randomBytes } from 'node:crypto'
import { bind } from './bind.js'
import { limits } from './limits.js'
import type { MessageType } from './message.js'
import { Port, type PortInfo, type PortOptions } from './port.js'
import type { BoundSocket, Sockets } from './sockets.js'

const LOOPBACK = '127.0.0.1'

export abstract class BindingPort<S extends BoundSocket> extends Port {
  readonly #tcpPort: number | undefined
  #endpoint = ''
  #wasBound = false
  /** What is bound now, where it is. */
  #bound: S | undefined

  /** @param tcpPort to bind; a free one unless given. */
  constructor(types: readonly MessageType[], options: PortOptions, tcpPort: number | undefined) {
    super(types, options)
    this.#tcpPort = tcpPort
  }

  /** Where peers connect to; '' where the last reset failed. */
  override get endpoint(): string {
    return this.#endpoint
  }

  override get info(): PortInfo {
    return { ...super.info, ...hostAndPort(this.#endpoint) }
  }

  /**
   * The runtime's: binds another address, with the keys as they are now; peers may be told of it when it
   * resolves. Gives what gives the former up, and cuts those who came there. With a TCP port of its own the
   * former goes first. @throws PortError `address-in-use`, `cannot-bind`; then it is where it was, if it can.
   */
  async renew(): Promise<() => void> {
    const socket = this.#bound
    if (!socket || this.scope === 'internal') return () => undefined
    const former = this.#endpoint
    const { sockets } = this.environment
    const leave = (): void => {
      if (!socket.closed) sockets.unbind(socket, former)
    }
    if (this.#tcpPort) leave()
    const address = this.#address()
    const endpoint = await bind(sockets, socket, address, this.path, this.#tcpPort ? limits.rebindMs : 0)
    if (this.#bound !== socket || !this.isOpen) return () => undefined
    this.#endpoint = endpoint
    this.changed()
    return this.#tcpPort ? () => undefined : leave
  }

  /** Peers connect to it there from now on. */
  protected listensAt(endpoint: string): void {
    this.#endpoint = endpoint
  }

  protected abstract socket(sockets: Sockets): S
  /** Takes the socket, which is bound, into use. */
  protected abstract bound(socket: S): void

  protected async start(): Promise<void> {
    const { sockets } = this.environment
    // Nobody listens to its events: strangers cause them at will, and ZeroMQ, which waits until they are
    // taken in, would do nothing else meanwhile, for no socket of the process.
    const socket = this.socket(sockets)
    // An address that is in use may be our own of before the reset.
    const patienceMs = this.#wasBound ? limits.rebindMs : 0
    try {
      this.#endpoint = await bind(sockets, socket, this.#address(), this.path, patienceMs)
    } catch (error) {
      this.#endpoint = ''
      sockets.close(socket)
      throw error
    }
    this.#wasBound = true
    // The port was closed while it was bound.
    if (!this.isOpen) sockets.close(socket)
    else {
      this.#bound = socket
      this.bound(socket)
    }
  }

  #address(): string {
    const { actorId, bindHost } = this.environment
    if (this.scope === 'internal') return `inproc://quorate/${actorId}/${randomBytes(8).toString('hex')}`
    return `tcp://${this.scope === 'local' ? LOOPBACK : bindHost}:${this.#tcpPort ?? '*'}`
  }
}

/** Host and TCP port of a `tcp://host:port` endpoint; '' and -1 of any other. */
function hostAndPort(endpoint: string): { host: string; port: number } {
  const match = /^tcp:\/\/(.+):(\d+)$/.exec(endpoint)
  return match ? { host: match[1] ?? '', port: Number(match[2]) } : { host: '', port: -1 }
}
