/**
 * The io thread: what must go on while handlers of users block the main thread. It ends when it is told to,
 * or with the process, and in either case closes its sockets before: a process that ends while a thread has
 * open ones is aborted.
 */
import { parentPort, workerData } from 'node:worker_threads'
// Not the index of groups: that is for main threads, and loads zod.
import { serveGroups } from '../../groups/driver/index.js'
import { createThreadSockets, invariant } from '../../ports/index.js'
import { Doors } from '../../ports/security/index.js'
import { type IoThreadData, SOCKETS, type ToIoThread } from './thread-messages.js'

function run({ sockets: cell }: IoThreadData): void {
  invariant(parentPort !== null, 'this file is run as a worker thread')
  const word = new Int32Array(cell)
  // The process is about to end.
  if (Atomics.compareExchange(word, 0, SOCKETS.none, SOCKETS.open) !== SOCKETS.none) return
  const sockets = createThreadSockets()
  const doors = new Doors(sockets)
  const services = new Set<() => void>()
  const closeServices = (): void => {
    for (const close of services) close()
  }
  process.on('exit', () => {
    closeServices()
    sockets.abandon()
    Atomics.store(word, 0, SOCKETS.closed)
    Atomics.notify(word, 0)
  })
  parentPort.on('message', (message: ToIoThread) => {
    if (message === 'end') {
      closeServices()
      // Of this thread alone.
      void sockets.end().then(() => process.exit())
      return
    }
    const { service, port } = message
    const close = service.is === 'groups' ? serveGroups(service, port, sockets) : doors.serve(service, port)
    services.add(close)
    port.on('close', () => {
      services.delete(close)
      close()
    })
  })
}

run(workerData)
