/**
 * The thread that drives the groups of one actor, apart from the main thread, whose handlers may block. It
 * ends when it is told to, or with the process, and in either case closes its sockets before: a process that
 * ends while a thread has open ones is aborted.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { createThreadSockets, invariant } from '../ports/index.js'
import { GroupDriver } from './driver/driver.js'
import { EventGate } from './driver/event-gate.js'
import { type FromThread, SOCKETS, type ThreadData, type ToThread } from './driver/thread-messages.js'
import { hostMoment } from './host/monotonic.js'

function run({ stallMs, sockets: cell }: ThreadData): void {
  invariant(parentPort !== null, 'this file is run as a worker thread')
  const port = parentPort
  const word = new Int32Array(cell)
  // The process is about to end.
  if (Atomics.compareExchange(word, 0, SOCKETS.none, SOCKETS.open) !== SOCKETS.none) return
  const sockets = createThreadSockets()
  process.on('exit', () => {
    driver.close()
    sockets.abandon()
    Atomics.store(word, 0, SOCKETS.closed)
    Atomics.notify(word, 0)
  })
  const gate = new EventGate({
    post: (message: FromThread, transfer) => port.postMessage(message, transfer),
    stuck: () => end(),
  })
  const driver = new GroupDriver({
    ...{ sockets, stallMs, now: hostMoment, random: Math.random },
    on: (event) => gate.put(event),
  })
  const end = (): void => {
    driver.close()
    // Of this thread alone.
    void sockets.end().then(() => process.exit())
  }
  port.on('message', (message: ToThread) => {
    if (message === 'end') {
      end()
      return
    }
    gate.taken(message.taken)
    gate.took(message.bytes)
    for (const command of message.commands) driver.take(command)
  })
}

run(workerData)
