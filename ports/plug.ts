/** The component's end of a plug: what it hands to a thread, and how it talks to it. */
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { PortError } from './errors.js'
import { lookedAt } from './looked-at.js'
import { type Arrived, PlugLine, type PlugNote } from './plug-line.js'
import type { Transfer } from './transfer.js'

/** A thread or device, as the handler of an inside port sees it. */
export interface Plug<Sent = unknown> {
  /** 1 for the first plug of its port, and so on; 0 for what `push()` brings. */
  readonly id: number
  /** False once the thread has ended, or the plug was closed. */
  readonly isOpen: boolean
  /**
   * Sends to the thread, now or any time later; resolves when it has taken the message in. What is in
   * `transfer` moves there uncopied.
   * @throws PortError `again` while too many messages wait there, `unreachable` where the thread has ended,
   * `peer-lost` where it ended meanwhile, `unencodable`, `closed`.
   */
  send(value: Sent, transfer?: readonly Transfer[]): Promise<void>
  /** Ends it: the thread is told by `close`, after what was sent before. */
  close(): void
}

/** A plug that is new: its `port` goes to a thread, which opens it by `openPlug()`. */
export interface ThreadPlug<Sent = unknown> extends Plug<Sent> {
  /** For `new Worker(file, { workerData: { plug: plug.port }, transferList: [plug.port] })`. */
  readonly port: MessagePort
}

interface PlugOwner {
  readonly path: string
  arrived(arrived: Arrived): void
  garbage(): void
  /** @param byThread false where the component itself closed it. */
  ended(byThread: boolean): void
}

/** The one kind of ThreadPlug there is. */
export class ThreadEnd<Sent> implements ThreadPlug<Sent> {
  readonly id: number
  readonly port: MessagePort
  readonly #line: PlugLine
  readonly #path: string
  /** It is the component that ends it. */
  #isEnding = false

  constructor(id: number, owner: PlugOwner) {
    const { port1, port2 } = new MessageChannel()
    this.id = id
    this.port = port2
    this.#path = `plug ${id} of ${owner.path}`
    this.#line = new PlugLine(port1, this.#path, {
      value: (arrived) => owner.arrived(arrived),
      garbage: () => owner.garbage(),
      ended: () => {
        this.#line.giveUp(
          () =>
            new PortError('peer-lost', `${this.#path}: its thread ended before it had taken the message in`),
        )
        owner.ended(!this.#isEnding)
      },
    })
    // What keeps the process alive is the actor, not its plugs.
    port1.unref()
  }

  get isOpen(): boolean {
    return this.#line.isOpen
  }

  send(value: Sent, transfer?: readonly Transfer[]): Promise<void> {
    return lookedAt(this.#send(value, transfer))
  }

  close(): void {
    this.end(false, () => new PortError('closed', `${this.#path} was closed`))
  }

  /** The runtime's: tells the thread of the component's life. */
  note(note: PlugNote): void {
    this.#line.note(note)
  }

  /** The runtime's: gives up what is under way and goes on. */
  reset(why: () => PortError): void {
    if (!this.isOpen) return
    this.#line.reset(why)
    this.#line.note({ kind: 'reset', round: this.#line.round })
  }

  /** The runtime's: ends it. @param stops the component ends, too, so that the thread is to. */
  end(stops: boolean, why: () => PortError): void {
    if (!this.isOpen) return
    this.#isEnding = true
    this.#line.note({ kind: 'close', stops })
    this.#line.giveUp(why)
    this.#line.close()
  }

  async #send(value: Sent, transfer: readonly Transfer[] | undefined): Promise<void> {
    if (!this.isOpen) throw new PortError('unreachable', `${this.#path} has ended, and its thread with it`)
    await this.#line.send(value, transfer)
  }
}

/** What `push()` brings has no thread behind it. */
export class NoThread implements Plug<unknown> {
  readonly id = 0
  readonly isOpen = false
  readonly #path: () => string

  constructor(path: () => string) {
    this.#path = path
  }

  send(): Promise<void> {
    const text = `${this.#path()}: what came by push() has no thread to answer to; call the device itself`
    return lookedAt(Promise.reject(new PortError('unreachable', text)))
  }

  close(): void {}
}
