/**
 * What leaders of a group write to, and what is outside of it: it takes actions under a token (epoch and
 * term), and refuses those of an older token than it has seen. Over a socket of the file system, which no
 * fault of the network touches.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { compareTokens, type Token } from './token.js'

/** What a leader writes, a line of JSON each. */
export interface Action extends Token {
  readonly host: number
}

export class FencingStore {
  /** Of the newest leader that wrote. */
  newest: Token = { epoch: 0, term: 0 }
  accepted = 0
  /** Actions that it took though it had taken one of a newer token: there is to be none. */
  staleAccepted = 0
  /** Attempts under a token that was old by then: all are refused. */
  readonly refused: Action[] = []
  readonly path: string
  #taken: Token = this.newest
  readonly #folder: string
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor() {
    this.#folder = mkdtempSync(join(tmpdir(), 'quorate-lab-'))
    this.path = join(this.#folder, 'store')
    this.#server = createServer((socket) => this.#serve(socket))
  }

  static async open(): Promise<FencingStore> {
    const store = new FencingStore()
    await new Promise<void>((resolve, reject) => {
      store.#server.once('error', reject).listen(store.path, resolve)
    })
    return store
  }

  /** Of files that the trials need. */
  get folder(): string {
    return this.#folder
  }

  /** Says whether it took the action. */
  take(action: Action): boolean {
    if (compareTokens(action, this.newest) < 0) {
      this.refused.push(action)
      return false
    }
    // Counted from what it took, whatever it refuses.
    if (compareTokens(action, this.#taken) < 0) this.staleAccepted++
    else this.#taken = action
    this.newest = { epoch: action.epoch, term: action.term }
    this.accepted++
    return true
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket)
    // A writer may be killed.
    socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket))
    createInterface({ input: socket })
      .on('line', (line) => {
        const action: Action = JSON.parse(line)
        this.take(action)
      })
      .on('error', () => undefined)
  }
}
