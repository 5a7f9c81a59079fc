/**
 * The thread's end of a plug. It loads no sockets: a thread that opens a plug costs little more than the
 * thread itself.
 */
import { isMainThread, MessagePort } from 'node:worker_threads'
import { OperationError, PortError } from './errors.js'
import { limits } from './limits.js'
import { lookedAt } from './looked-at.js'
import type { MessageType } from './message.js'
import { type Arrived, PlugLine, type PlugNote } from './plug-line.js'
import { checkTimeout } from './timeout.js'
import type { Transfer } from './transfer.js'
import { Waiting } from './waiting.js'

/**
 * activate: the component handles messages from now on. deactivate: the actor stops. close: the plug has
 * ended; its thread is to end, too.
 */
export type PlugEvent = 'activate' | 'deactivate' | 'close'

/** How a thread talks to the component that it belongs to. */
export interface InnerPlug<In = unknown> {
  /** Between `activate` and `deactivate`. */
  readonly isActive: boolean
  /** False once the plug has ended. */
  readonly isOpen: boolean
  /**
   * Sends to the component, which checks it; resolves when it has taken the message in. What is in `transfer`
   * moves there uncopied.
   * @throws PortError `again` while too many messages wait there, `remote` where its schema refused this one,
   * `closed`, `unencodable`.
   */
  send(value: In, transfer?: readonly Transfer[]): Promise<void>
  /**
   * Gives every message of the component to the handler, one at a time, async handlers too. What it throws
   * ends the thread, as any error that nobody catches.
   */
  onMessage(handler: (message: In) => unknown): void
  /**
   * The oldest message that waits, or the next; without a handler. @throws PortError `timeout`, `closed`;
   * OperationError `has-handler`.
   */
  recv(options?: { readonly timeout?: number }): Promise<In>
  /** Calls the listener at each such event; set in the turn in which the plug was opened, it misses none. */
  on(event: PlugEvent, listener: () => void): InnerPlug<In>
  /** Ends the plug; what was sent before still arrives. */
  close(): void
}

const opened = new WeakSet<MessagePort>()

/**
 * Opens the plug whose port the component handed to this thread. The message type is that of the inside port;
 * it gives the types, and nothing is checked here. While the plug is open, the thread lives. When the
 * component has stopped, the thread has a second to end by itself, and then is ended.
 *
 *     const plug = openPlug(workerData.plug, Reading)
 *     plug.onMessage((command) => device.write(command))
 *     await plug.send({ celsius: 21 })
 *
 * @throws OperationError `bad-option` for what is no port of a plug, or was opened before.
 */
export function openPlug<In, Out>(port: MessagePort, _type?: MessageType<In, Out>): InnerPlug<In> {
  if (!(port instanceof MessagePort)) {
    throw new OperationError(
      'bad-option',
      'openPlug() needs the port of a plug: give the Worker ' +
        '{ workerData: { plug: plug.port }, transferList: [plug.port] }, and openPlug() workerData.plug',
    )
  }
  if (opened.has(port)) throw new OperationError('bad-option', 'this plug was opened before; open it once')
  opened.add(port)
  return new OpenPlug<In>(port)
}

class OpenPlug<In> implements InnerPlug<In> {
  readonly #line: PlugLine
  readonly #queue: Arrived[] = []
  readonly #receiving = new Waiting<Arrived>()
  readonly #listeners: { readonly event: PlugEvent; call(): void }[] = []
  #handler: ((message: In) => unknown) | undefined
  #isBusy = false
  #isActive = false

  constructor(port: MessagePort) {
    this.#line = new PlugLine(port, 'the plug', {
      value: (arrived) => this.#arrived(arrived),
      note: (note) => this.#note(note),
      // Only a program that uses the port by itself sends such; nobody here could count it.
      garbage: () => undefined,
      ended: () => this.#ended(),
    })
  }

  get isActive(): boolean {
    return this.#isActive
  }

  get isOpen(): boolean {
    return this.#line.isOpen
  }

  send(value: In, transfer?: readonly Transfer[]): Promise<void> {
    return lookedAt(this.#send(value, transfer))
  }

  onMessage(handler: (message: In) => unknown): void {
    this.#handler = handler
    void this.#serve()
  }

  recv(options: { readonly timeout?: number } = {}): Promise<In> {
    return lookedAt(this.#recv(options.timeout))
  }

  on(event: PlugEvent, listener: () => void): this {
    this.#listeners.push({ event, call: listener })
    return this
  }

  close(): void {
    if (this.isOpen) this.#line.close()
  }

  async #send(value: In, transfer: readonly Transfer[] | undefined): Promise<void> {
    if (!this.isOpen) throw closed()
    await this.#line.send(value, transfer)
  }

  async #recv(timeoutMs: number | undefined): Promise<In> {
    if (this.#handler)
      throw new OperationError('has-handler', 'the plug has a handler: its messages go there')
    checkTimeout(timeoutMs ?? 0, { path: 'the plug' }, Number.POSITIVE_INFINITY)
    const next = this.#queue.shift()
    if (!next && !this.isOpen) throw closed()
    const late = () => new PortError('timeout', `the plug: nothing arrived within ${timeoutMs} ms`)
    return this.#takeIn(next ?? (await this.#receiving.wait(timeoutMs, late)))
  }

  #arrived(arrived: Arrived): void {
    if (this.#receiving.give(arrived)) return
    this.#queue.push(arrived)
    void this.#serve()
  }

  async #serve(): Promise<void> {
    if (this.#isBusy) return
    this.#isBusy = true
    try {
      while (this.#handler) {
        const next = this.#queue.shift()
        if (!next) return
        await this.#handler(this.#takeIn(next))
      }
    } finally {
      this.#isBusy = false
    }
  }

  #takeIn({ value, settle }: Arrived): In {
    settle()
    // The component's own code sent it: its types say what it is.
    return value as In
  }

  #note(note: PlugNote): void {
    if (note.kind === 'reset') {
      this.#queue.length = 0
      this.#line.reset(closed, note.round)
    } else if (note.kind === 'close') {
      if (note.stops) endSoon()
      this.close()
    } else {
      this.#isActive = note.kind === 'active'
      this.#tell(this.#isActive ? 'activate' : 'deactivate')
    }
  }

  #ended(): void {
    this.#isActive = false
    this.#line.giveUp(closed)
    this.#receiving.fail(closed)
    this.#tell('close')
  }

  #tell(event: PlugEvent): void {
    for (const listener of this.#listeners) if (listener.event === event) listener.call()
  }
}

function closed(): PortError {
  return new PortError('closed', 'the plug was closed or reset: its component stops, or it was reset')
}

/** A thread that nobody is behind any more keeps no process alive. In the main thread it says nothing. */
function endSoon(): void {
  if (!isMainThread) setTimeout(() => process.exit(), limits.plugEndMs).unref()
}
