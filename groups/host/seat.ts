/**
 * A seat of a group on this host: held by one process at a time, and freed by the kernel at its death. It is
 * a listening socket of the main thread, for a thread that ends would close it while its process lives on.
 * While it is held, it tells those that connect who holds it, and their connection breaks when it is freed:
 * by release(), or once no thread of the process runs any more, in whichever way that ends. Who finds that it
 * means another group by the name tells so there, in a line of the same form, and goes.
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
import { holderIn, holderLine, type SeatHolder } from './seat-holder.js'
import { type SeatName, seatPath, seatText } from './seat-name.js'
import { identity } from './witness.js'

/** Who takes a seat. */
export interface Sitter {
  /** The id of the member. */
  readonly incarnation: string
  /** What it means by the group, for those that ask; undefined where it says nothing of that. */
  readonly parameters?: string | undefined
  /** Somebody who means another group by the name was here, and took no seat. It may say what it likes. */
  refused?(other: SeatHolder): void
}

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
 * Takes a seat for a member, if it is free; undefined where another holds it, in this process or not. It does
 * not keep the process alive.
 * @throws HostError `no-seats-here`, `seat-in-thread`, `seat-failed`
 */
export async function takeSeat(name: SeatName, sitter: Sitter): Promise<Seat | undefined> {
  requireSeats(name)
  const line = lineOf(sitter)
  const connections = new Set<Socket>()
  const server = createServer((socket) => {
    greet(socket, line, connections)
    hear(socket, (other) => sitter.refused?.(other))
  })
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

/** What this process says of a member, with its newline. */
export function lineOf({ incarnation, parameters }: Sitter): string {
  const line = holderLine({ incarnation, process: identity(), parameters })
  invariant(
    holderIn(line) !== undefined,
    'the id of a member, and its group, are such as others take for one',
  )
  return line
}

/** Tells who is here, and keeps the connection, that it may break. */
function greet(socket: Socket, line: string, connections: Set<Socket>): void {
  socket.unref()
  socket.on('error', () => undefined)
  socket.on('close', () => connections.delete(socket))
  socket.write(line)
  connections.add(socket)
  const [longest] = connections
  if (connections.size > hostLimits.seatConnections) longest?.destroy()
}

/** Whoever has anything to say is cut: when it has said who it is, or more than that takes. */
function hear(socket: Socket, refused: (other: SeatHolder) => void): void {
  let said = ''
  socket.setEncoding('latin1')
  socket.on('data', (text: string) => {
    said += text
    const end = said.indexOf('\n')
    if (end < 0 && said.length <= hostLimits.seatAnswerBytes) return
    const other = end < 0 || end > hostLimits.seatAnswerBytes ? undefined : holderIn(said.slice(0, end))
    socket.destroy()
    if (other) refused(other)
  })
}
