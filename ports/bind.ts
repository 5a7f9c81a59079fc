/** Binds a socket and turns what the system says into an error that names the port and the way out. */
import { messageOf, PortError } from './errors.js'
import { errnoOf } from './socket-calls.js'
import type { BoundSocket, Sockets } from './sockets.js'

/** Milliseconds between attempts to bind an address that the port itself has just left. */
const RETRY_MS = 5

/**
 * Resolves with the endpoint that was bound. @throws PortError `address-in-use`, `cannot-bind`.
 * @param patienceMs for so long an address that is in use is tried again: ZeroMQ closes sockets in the
 * background.
 */
export async function bind(
  sockets: Sockets,
  socket: BoundSocket,
  address: string,
  what: string,
  patienceMs = 0,
): Promise<string> {
  try {
    return sockets.bind(socket, address)
  } catch (cause) {
    if (isInUse(cause) && patienceMs > 0) {
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
      return bind(sockets, socket, address, what, patienceMs - RETRY_MS)
    }
    if (isInUse(cause)) {
      throw new PortError(
        'address-in-use',
        `${what} cannot bind ${address}: the address is in use; ` +
          'end the program that holds it, or choose another port',
        { cause },
      )
    }
    throw new PortError('cannot-bind', `${what} cannot bind ${address}: ${messageOf(cause)}`, { cause })
  }
}

/** On a busy machine ZeroMQ says of some attempts on a taken address that they may be tried again. */
function isInUse(cause: unknown): boolean {
  return ['EADDRINUSE', 'EAGAIN'].includes(errnoOf(cause))
}
