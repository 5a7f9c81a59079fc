/** Binds a socket and turns what the system says into an error that names the port and the way out. */
import type { Socket } from 'zeromq'
import { messageOf, PortError } from './errors.js'
import { errnoOf } from './sockets.js'

/** Resolves with the endpoint that was bound. @throws PortError `address-in-use`, `cannot-bind`. */
export async function bind(socket: Socket, address: string, what: string): Promise<string> {
  try {
    await socket.bind(address)
  } catch (cause) {
    if (errnoOf(cause) === 'EADDRINUSE') {
      throw new PortError(
        'address-in-use',
        `${what} cannot bind ${address}: the address is in use; end the program that holds it, or choose another port`,
        { cause },
      )
    }
    throw new PortError('cannot-bind', `${what} cannot bind ${address}: ${messageOf(cause)}`, { cause })
  }
  return socket.lastEndpoint ?? address
}
