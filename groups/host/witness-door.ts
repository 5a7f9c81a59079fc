/**
 * Where other hosts ask the witness of this one. Whoever comes may ask; what is said is whether one process,
 * named by all that names it for good, is gone.
 */
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { certify, type Suspect } from './certificate.js'
import { hostLimits } from './limits.js'
import type { Verdict } from './witness.js'
import { suspectIn, WitnessKey } from './witness-words.js'

/** Where a witness is asked, at an address of its host, and by what it is known. */
export interface WitnessAd {
  readonly port: number
  /** Ed25519, public: 32 bytes, base64url. */
  readonly key: string
}

export class WitnessDoor {
  readonly #key = new WitnessKey()
  readonly #certify: (suspect: Suspect, signal: AbortSignal) => Promise<Verdict>
  /** By the address at which each listens. */
  readonly #servers = new Map<string, Promise<Server>>()
  readonly #sockets = new Set<Socket>()
  readonly #end = new AbortController()

  /** Listens nowhere, yet. */
  constructor(certifies: (suspect: Suspect, signal: AbortSignal) => Promise<Verdict> = certify) {
    this.#certify = certifies
  }

  /**
   * Listens at an address of this host, if it does not; undefined where that cannot be, or at too many.
   */
  async at(host: string): Promise<WitnessAd | undefined> {
    if (this.#end.signal.aborted) return undefined
    const known = this.#servers.get(host)
    if (!known && this.#servers.size >= hostLimits.witnessAddresses) return undefined
    const opening = known ?? this.#listen(host)
    this.#servers.set(host, opening)
    try {
      const address = (await opening).address()
      return typeof address === 'object' && address
        ? { port: address.port, key: this.#key.public }
        : undefined
    } catch {
      // An address that is not there yet, or any more.
      this.#servers.delete(host)
      return undefined
    }
  }

  /** Answers nobody any more. Harmless twice. */
  close(): void {
    this.#end.abort()
    for (const opening of this.#servers.values())
      opening.then((server) => server.close()).catch(() => undefined)
    for (const socket of this.#sockets) socket.destroy()
  }

  async #listen(host: string): Promise<Server> {
    const server = createServer((socket) => this.#take(socket))
    server.maxConnections = hostLimits.witnessConnections
    server.listen({ host, port: 0 })
    await once(server, 'listening')
    server.on('error', () => undefined)
    if (this.#end.signal.aborted) server.close()
    return server.unref()
  }

  /** Who says nothing proper in time is cut. */
  #take(socket: Socket): void {
    this.#sockets.add(socket)
    const timer = setTimeout(() => socket.destroy(), hostLimits.witnessAnswerMs)
    socket.once('close', () => {
      clearTimeout(timer)
      this.#sockets.delete(socket)
    })
    socket.on('error', () => undefined)
    let said = ''
    socket.setEncoding('utf8')
    const hear = (text: string): void => {
      said += text
      const end = said.indexOf('\n')
      if (said.length > hostLimits.witnessLineBytes) socket.destroy()
      if (end === -1 || said.length > hostLimits.witnessLineBytes) return
      socket.off('data', hear).resume()
      void this.#answer(socket, said.slice(0, end))
    }
    socket.on('data', hear)
  }

  async #answer(socket: Socket, line: string): Promise<void> {
    const suspect = suspectIn(line)
    // At the end of this process nothing is said any more.
    const verdict = suspect && (await this.#certify(suspect, this.#end.signal).catch(() => undefined))
    if (verdict) socket.end(`${this.#key.answerLine(line, verdict)}\n`)
    else socket.destroy()
  }
}
