/** Listening for streams of bytes, with what every one of these listeners owes: errors told, an address freed. */
import type { ListenOptions, Server } from 'node:net'

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

/** Resolves when it listens no more; connections that it made stay. */
export function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // The callback waits for all connections, the address is free at once.
    server.close()
    setImmediate(resolve)
  })
}
