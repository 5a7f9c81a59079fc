/**
 * Sockets in memory: for ports and directories what ZeroMQ's are, with its kinds, bounds and errors, on a
 * network of hosts without a kernel. What is sent is copied, so that bytes changed afterwards do no harm.
 * Differences: what a router reads comes in the order in which it arrived, and a socket connects only once.
 */
import {
  type AnySocket,
  type DealerOptions,
  portLimits,
  type SocketBounds,
  type Sockets,
} from '../../ports/index.js'
import type { Host, Hosts } from '../hosts.js'
import { BindingSocket } from './binding-socket.js'
import { MemoryDealer } from './dealer.js'
import { SocketFailure } from './failure.js'
import { MemorySocket, type SocketPlace } from './memory-socket.js'
import { MemoryPublisher } from './publisher.js'
import { MemoryRouter } from './router.js'
import { MemorySubscriber } from './subscriber.js'

/** Room that ZeroMQ's sockets leave beside the payload of the largest frame. */
const FRAME_SLACK = 1024

export interface MemorySockets extends Sockets {
  /** The process is killed: from now on nothing leaves, and those at the other ends see it end. */
  die(): void
}

function boundOf(socket: AnySocket): BindingSocket {
  if (socket instanceof BindingSocket) return socket
  throw new SocketFailure('EINVAL')
}

/** The sockets of one process on a host. */
export function createMemorySockets(hosts: Hosts<MemorySocket>, host: Host<MemorySocket>): MemorySockets {
  const open = new Set<MemorySocket>()
  const place = ({ queueFrames, frameBytes }: SocketBounds = {}): SocketPlace => ({
    hosts,
    host,
    queueFrames: queueFrames ?? portLimits.queueFrames,
    frameBytes: (frameBytes ?? portLimits.frameBytes) + FRAME_SLACK,
  })
  const track = <S extends MemorySocket>(socket: S): S => {
    open.add(socket)
    return socket
  }
  const close = (socket: AnySocket): void => {
    if (!(socket instanceof MemorySocket)) return
    open.delete(socket)
    socket.close()
  }
  return {
    publisher: (bounds) =>
      track(new MemoryPublisher({ ...place({ ...bounds, frameBytes: portLimits.subscriptionBytes }) })),
    subscriber: (bounds) => track(new MemorySubscriber(place(bounds))),
    dealer: (options: DealerOptions) => track(new MemoryDealer(place(options), options.routingId)),
    router: (bounds) => track(new MemoryRouter(place(bounds))),
    bind: (socket, address) => boundOf(socket).bind(address),
    unbind: (socket, address) => boundOf(socket).unbind(address),
    close,
    die: () => {
      for (const socket of open) socket.die()
    },
    closeAll: () => {
      for (const socket of [...open]) close(socket)
    },
  }
}
