/** Who told what by which socket: what was told goes a moment after its socket has gone. */
import { fleetLimits } from './limits.js'

export class Tellers {
  /** By name: the signal that its socket has gone. */
  readonly #sockets = new Map<string, AbortSignal>()
  readonly #names = new WeakMap<AbortSignal, Set<string>>()
  readonly #left: (name: string) => void

  /** @param left told of each whose socket has gone for good */
  constructor(left: (name: string) => void) {
    this.#left = left
  }

  /** Whether one of that name told something by this socket last. */
  isBy(name: string, socket: AbortSignal): boolean {
    return this.#sockets.get(name) === socket
  }

  /** Whether one of that name is there by another socket. */
  isOther(name: string, socket: AbortSignal): boolean {
    const known = this.#sockets.get(name)
    return known !== undefined && known !== socket && !known.aborted
  }

  /** One told something by this socket. */
  told(name: string, socket: AbortSignal): void {
    this.#sockets.set(name, socket)
    const names = this.#names.get(socket) ?? this.#watched(socket)
    names.add(name)
    if (socket.aborted) this.#leaveLater(name, socket)
  }

  /** It is known no more. */
  forget(name: string): void {
    const socket = this.#sockets.get(name)
    if (socket) this.#names.get(socket)?.delete(name)
    this.#sockets.delete(name)
  }

  #watched(socket: AbortSignal): Set<string> {
    const names = new Set<string>()
    this.#names.set(socket, names)
    const gone = (): void => {
      for (const name of names) this.#leaveLater(name, socket)
    }
    socket.addEventListener('abort', gone, { once: true })
    return names
  }

  /** Unless it comes again meanwhile. */
  #leaveLater(name: string, socket: AbortSignal): void {
    const timer = setTimeout(() => {
      if (this.#sockets.get(name) !== socket) return
      this.#sockets.delete(name)
      this.#left(name)
    }, fleetLimits.graceMs)
    timer.unref()
  }
}
