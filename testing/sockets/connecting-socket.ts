/**
 * What the kinds that connect share: they dial one address, and dial again, at first soon and then ever more
 * seldom, whenever there is no connection. Within a process a connection stands at once, and has no events.
 */
import { portLimits } from '../../ports/index.js'
import type { Wire } from '../wire.js'
import { BindingSocket } from './binding-socket.js'
import { Connection } from './connection.js'
import { SocketFailure } from './failure.js'
import { MemorySocket } from './memory-socket.js'

export abstract class ConnectingSocket extends MemorySocket {
  connectTimeout = 0
  #endpoint: string | undefined
  #pauseMs: number = portLimits.reconnectMs
  #timer: NodeJS.Timeout | undefined
  /** The attempt under way. */
  #attempt: Wire | undefined

  connect(address: string): void {
    this.mustBeOpen()
    const isAddress = address.startsWith('inproc://') || /^tcp:\/\/[\d.]+:\d+$/.test(address)
    // The ports of quorate connect each socket once.
    if (!isAddress || this.#endpoint) throw new SocketFailure('EINVAL')
    this.#endpoint = address
    this.#dial(address)
  }

  override lost(connection: Connection): void {
    super.lost(connection)
    if (this.#endpoint) this.#dialLater(this.#endpoint)
  }

  override die(): void {
    clearTimeout(this.#timer)
    this.#endpoint = undefined
    super.die()
    this.#attempt?.break()
  }

  #dial(endpoint: string): void {
    if (endpoint.startsWith('inproc://')) this.#dialInProcess(endpoint)
    else this.#dialHost(endpoint)
  }

  #dialInProcess(endpoint: string): void {
    const { host, hosts } = this.place
    const listener = host.listener(endpoint)
    const wire = hosts.inProcess()
    const theirs = new Connection(this, wire.there, () => wire.break())
    const isTaken =
      listener instanceof BindingSocket &&
      listener.accept({ dialler: this, endpoint, theirs, wire, isQuiet: true })
    if (isTaken) this.#up(theirs, wire, true)
    else this.#dialLater(endpoint)
  }

  #dialHost(endpoint: string): void {
    const { host, hosts } = this.place
    const target = hosts.at(endpoint.slice('tcp://'.length, endpoint.lastIndexOf(':')), host)
    if (!target) {
      this.#dialLater(endpoint)
      return
    }
    let accepted: Connection | undefined
    const wire: Wire = hosts.wire(host, target, () => {
      accepted?.lost()
      if (this.#attempt === wire) this.#failed(endpoint)
      else mine.lost()
    })
    const mine = new Connection(this, wire.there, () => wire.break())
    this.#attempt = wire
    if (this.connectTimeout > 0) this.#timer = setTimeout(() => wire.break(), this.connectTimeout)
    wire.there.put(() => {
      const listener = target.listener(endpoint)
      if (listener instanceof BindingSocket) {
        accepted = listener.accept({ dialler: this, endpoint, theirs: mine, wire, isQuiet: false })
      }
      // The other end knows of the connection a way earlier than this one; or it was refused.
      wire.back.put(() => {
        if (accepted) this.#up(mine, wire, false)
        else wire.break()
      })
    })
  }

  #up(mine: Connection, wire: Wire, isQuiet: boolean): void {
    clearTimeout(this.#timer)
    this.#attempt = undefined
    this.#pauseMs = portLimits.reconnectMs
    this.joined(mine, wire, isQuiet)
  }

  #failed(endpoint: string): void {
    this.#attempt = undefined
    clearTimeout(this.#timer)
    this.#dialLater(endpoint)
  }

  #dialLater(endpoint: string): void {
    if (!this.#endpoint) return
    this.#timer = setTimeout(() => this.#dial(endpoint), this.#pauseMs)
    this.#pauseMs = Math.min(this.#pauseMs * 2, portLimits.reconnectMaxMs)
  }
}
