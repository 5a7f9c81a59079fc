/** The groups of one actor, driven in this thread for its main thread, whose handlers may block. */
import type { MessagePort } from 'node:worker_threads'
import type { Sockets } from '../../ports/index.js'
import { hostMoment } from '../host/monotonic.js'
import { GroupDriver } from './driver.js'
import { EventGate } from './event-gate.js'
import type { FromThread, GroupService, ToThread } from './thread-messages.js'

/** Serves until the port is closed. The result ends it at once: then its sockets are closed. */
export function serveGroups({ stallMs }: GroupService, port: MessagePort, sockets: Sockets): () => void {
  const post = (message: FromThread, transfer: ArrayBuffer[] = []): void =>
    port.postMessage(message, transfer)
  const gate = new EventGate({
    post,
    stuck: () => {
      driver.close()
      post('ended')
    },
  })
  const driver = new GroupDriver({
    ...{ sockets, stallMs, now: hostMoment, random: Math.random },
    on: (event) => gate.put(event),
  })
  port.on('message', ({ commands, bytes, taken }: ToThread) => {
    gate.taken(taken)
    gate.took(bytes)
    for (const command of commands) driver.take(command)
  })
  return () => driver.close()
}
