/**
 * The io thread of the process: one for all actors in it, while there is a service for it. It never keeps the
 * process alive, and however the process ends, its sockets are closed before.
 */
import { MessageChannel, type MessagePort, type Worker } from 'node:worker_threads'
import { messageOf, type ThreadChannel, type ThreadChannelEvents } from '../../ports/index.js'
import { runtimeLimits } from '../limits.js'
import { startThread } from './thread-file.js'
import { type IoService, type IoThreadData, SOCKETS, type ToIoThread } from './thread-messages.js'

/** Those that have not ended: one, and perhaps others that are about to. One hook for all. */
const running = new Set<IoThread>()
let current: IoThread | undefined

function endAll(): void {
  for (const thread of running) thread.endNow()
}

class IoThread {
  readonly #worker: Worker
  readonly #sockets = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)
  /** By what each service is told that the thread has ended. */
  readonly #services = new Set<(why: string) => void>()
  #error: unknown

  constructor() {
    const workerData: IoThreadData = { sockets: this.#sockets }
    this.#worker = startThread({ workerData, name: 'quorate-io' })
    this.#worker.on('error', (error) => {
      this.#error = error
    })
    this.#worker.on('exit', () => this.#exited())
    // After the listeners, which take it back.
    this.#worker.unref()
    if (running.size === 0) process.on('exit', endAll)
    running.add(this)
  }

  open<To, From>(service: IoService, events: ThreadChannelEvents<From>): ThreadChannel<To> {
    const { port1: port, port2: far } = new MessageChannel()
    port.on('message', (message: From) => events.message(message))
    port.unref()
    this.#services.add(events.ended)
    this.#post({ service, port: far }, [far])
    return {
      post: (message, transfer = []) => port.postMessage(message, transfer),
      close: () => {
        port.close()
        if (this.#services.delete(events.ended) && this.#services.size === 0) this.#end()
      },
    }
  }

  /** The process ends: waits until the sockets are closed. */
  endNow(): void {
    this.#end()
    const word = new Int32Array(this.#sockets)
    // A thread that has not begun yet never will.
    const before = Atomics.compareExchange(word, 0, SOCKETS.none, SOCKETS.closed)
    if (before === SOCKETS.open) Atomics.wait(word, 0, SOCKETS.open, runtimeLimits.ioThreadEndMs)
  }

  #end(): void {
    if (current === this) current = undefined
    this.#post('end')
  }

  #exited(): void {
    if (current === this) current = undefined
    running.delete(this)
    if (running.size === 0) process.off('exit', endAll)
    const why = this.#error === undefined ? 'it ended by itself' : messageOf(this.#error)
    for (const ended of this.#services) ended(why)
    this.#services.clear()
  }

  #post(message: ToIoThread, transfer: MessagePort[] = []): void {
    this.#worker.postMessage(message, transfer)
  }
}

/** Has the io thread of the process, which is started where there is none, serve. */
export function openIoChannel<To, From>(
  service: IoService,
  events: ThreadChannelEvents<From>,
): ThreadChannel<To> {
  current ??= new IoThread()
  return current.open(service, events)
}
