/** The groups of one actor, driven in this thread for its main thread, whose handlers may block. */
import type { MessagePort } from 'node:worker_threads'
import type { ThreadSockets } from '../../ports/index.js'
import { domainOf } from '../../ports/security/index.js'
import { hostMoment } from '../host/monotonic.js'
import { GroupDriver } from './driver.js'
import { EventGate } from './event-gate.js'
import type { FromThread, GroupService, ToThread } from './thread-messages.js'

/** Serves until the port is closed. The result ends it at once: then its sockets are closed. */
export function serveGroups(
  { stallMs, lock }: GroupService,
  port: MessagePort,
  all: ThreadSockets,
): () => void {
  let keys = lock?.keys
  const sockets = all.locked(
    lock && { keys: () => keys ?? lock.keys, domain: (door) => domainOf(door, lock.actorId) },
  )
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
    for (const command of commands) {
      if (command.do === 'renew') keys = command.keys
      driver.take(command)
    }
  })
  return () => driver.close()
}
