/** What all sockets that streams of bytes go over have in common: how they connect, listen and are freed. */
import type { ListenOptions, Server, Socket } from 'node:net'

/** Resolves when this event of a socket comes. @throws Error of the system, or the signal's reason. */
export async function connected(socket: Socket, event: string, signal: AbortSignal): Promise<void> {
  const giveUp = (): void => {
    socket.destroy(signal.reason instanceof Error ? signal.reason : new Error('given up'))
  }
  if (signal.aborted) giveUp()
  signal.addEventListener('abort', giveUp)
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once(event, resolve)
      socket.once('error', reject)
      socket.once('close', () => reject(new Error('the connection was closed at once')))
    })
  } finally {
    signal.removeEventListener('abort', giveUp)
    // What goes wrong before somebody listens ends the socket, and is told by its 'close'.
    socket.on('error', () => undefined)
  }
}

/** Resolves when it listens. @throws Error of the system. */
export function listening(server: Server, at: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(at, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

/** Resolves when its address is free; connections that it made stay. */
export function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // Its callback would wait for all connections.
    server.close()
    setImmediate(resolve)
  })
}
