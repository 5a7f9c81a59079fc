/**
 * A seat of a group on this host: held by one process at a time, and freed by the kernel at its death. It is
 * a listening socket of the main thread, for a thread that ends would close it while its process lives on.
 * While it is held, it tells those that connect who holds it, and their connection breaks when it is freed:
 * by release(), or once no thread of the process runs any more, in whichever way that ends.
 *
 * Seats are of the network namespace: to containers that have their own, each is a host.
 */
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { isMainThread } from 'node:worker_threads'
import { invariant, messageOf } from '../../ports/index.js'
import { HostError } from './errors.js'
import { hostLimits } from './limits.js'
import { hostNowMs } from './monotonic.js'
import { holderIn, holderLine } from './seat-holder.js'
import { type SeatName, seatPath, seatText } from './seat-name.js'
import { identity } from './witness.js'

/** A seat that this process holds. */
export class Seat {
  readonly name: SeatName
  /**
   * When it was taken, by the host's monotonic clock: its last holder may have lived, and given its word,
   * until then, so the word of the new one counts from here, not from the start of its process.
   */
  readonly takenAtMs: number
  readonly #server: Server
  readonly #connections: Set<Socket>

  constructor(name: SeatName, server: Server, connections: Set<Socket>) {
    this.name = name
    this.takenAtMs = hostNowMs()
    this.#server = server
    this.#connections = connections
  }

  /**
   * Frees the seat at once. Only for who acts and grants no more under the id that it took the seat with:
   * that the seat is free is to others its death certificate.
   */
  release(): void {
    this.#server.close()
    for (const connection of this.#connections) connection.destroy()
  }
}

/**
 * Takes a seat for the member of that id, if it is free; undefined where another holds it, in this process or
 * not. It does not keep the process alive.
 * @throws HostError `no-seats-here`, `seat-in-thread`, `seat-failed`
 */
export async function takeSeat(name: SeatName, incarnation: string): Promise<Seat | undefined> {
  requireSeats(name)
  const line = holderLine({ incarnation, process: identity() })
  invariant(holderIn(line) !== undefined, 'the id of a member is one that others take for one')
  const connections = new Set<Socket>()
  const server = createServer((socket) => greet(socket, line, connections))
  server.unref()
  try {
    // Exclusive: a worker of a cluster would share the socket of its primary, and with it the seat.
    server.listen({ path: seatPath(name), exclusive: true, backlog: hostLimits.seatConnections })
    await once(server, 'listening')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return undefined
    const text = `${seatText(name)} cannot be taken: ${messageOf(error)}`
    throw new HostError('seat-failed', `${text}; see whether too many files are open`, { cause: error })
  }
  // A connection that the system could not hand over: the seat is held none the less.
  server.on('error', () => undefined)
  return new Seat(name, server, connections)
}

function requireSeats(name: SeatName): void {
  if (process.platform !== 'linux') {
    const text = `${seatText(name)} cannot be held on ${process.platform}: only Linux frees it at a death`
    throw new HostError('no-seats-here', `${text}; start the group without seats, or on Linux`)
  }
  if (!isMainThread) {
    const text = `${seatText(name)} cannot be held by a thread, which may end before its process`
    throw new HostError('seat-in-thread', `${text}; take it in the main thread`)
  }
}

/** Tells who is here, and keeps the connection, that it may break. Whoever has anything to say is cut. */
function greet(socket: Socket, line: string, connections: Set<Socket>): void {
  socket.unref()
  socket.on('error', () => undefined)
  socket.on('data', () => socket.destroy())
  socket.on('close', () => connections.delete(socket))
  socket.write(line)
  connections.add(socket)
  const [longest] = connections
  if (connections.size > hostLimits.seatConnections) longest?.destroy()
}
