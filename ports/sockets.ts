/**
 * The one place where ZeroMQ sockets are made. Every socket of the project comes from here, so that bounds,
 * time-outs and, later, keys are the same everywhere; and all that are open can be closed at once when the
 * process ends.
 */
import { context, Dealer, Router, type Socket, Subscriber, XPublisher } from 'zeromq'
import { limits } from './limits.js'

export interface SocketBounds {
  /** Frames that wait for one peer, each way. Default `limits.queueFrames`. */
  readonly queueFrames?: number
  /**
   * Bytes of the largest frame taken in; the connection that sends more is cut. Default `limits.frameBytes`.
   */
  readonly frameBytes?: number
}

export interface DealerOptions extends SocketBounds {
  /** What the router at the other end knows this socket by: 16 random bytes. */
  readonly routingId: Buffer
}

export interface Sockets {
  /** Publishes, and sees its subscribers come and go (XPUB). */
  publisher(bounds?: SocketBounds): XPublisher
  subscriber(bounds?: SocketBounds): Subscriber
  dealer(options: DealerOptions): Dealer
  router(bounds?: SocketBounds): Router
  /** Closes one, giving what it still holds `lingerMs` to leave. */
  close(socket: Socket, lingerMs?: number): void
  /** Closes every socket at once; what they still hold is dropped unless `lingerMs` says otherwise. */
  closeAll(lingerMs?: number): void
}

/** Room beside the payload of the largest frame. */
const FRAME_SLACK = 1024

// Takes effect with the first socket of the process.
context.maxSockets = limits.sockets

const common = (bounds: SocketBounds = {}) => ({
  linger: 0,
  // By TCP, not by ZeroMQ's heartbeats: with those, libzmq 4.3.5 aborts the process when a peer goes of whom
  // something is still unread.
  tcpKeepalive: 1,
  tcpKeepaliveIdle: limits.keepaliveMs / 1000,
  tcpKeepaliveInterval: limits.keepaliveMs / 1000,
  tcpKeepaliveCount: Math.ceil(limits.deadConnectionMs / limits.keepaliveMs) - 1,
  tcpMaxRetransmitTimeout: limits.deadConnectionMs,
  handshakeInterval: limits.handshakeMs,
  maxMessageSize: (bounds.frameBytes ?? limits.frameBytes) + FRAME_SLACK,
})
const sending = (bounds: SocketBounds = {}) => ({
  sendHighWaterMark: bounds.queueFrames ?? limits.queueFrames,
  // A send never waits: it leaves, or it fails at once and the port's own bound decides.
  sendTimeout: 0,
})
const receiving = (bounds: SocketBounds = {}) => ({
  receiveHighWaterMark: bounds.queueFrames ?? limits.queueFrames,
})

const connecting = { reconnectInterval: limits.reconnectMs, reconnectMaxInterval: limits.reconnectMaxMs }

function publisher(bounds?: SocketBounds): XPublisher {
  const socket = new XPublisher({
    ...common(bounds),
    ...sending(bounds),
    maxMessageSize: limits.subscriptionBytes,
    noDrop: true,
  })
  // A subscriber may come again before its old connection is known dead, and waits for a welcome then, too.
  socket.verbosity = 'allSubs'
  return socket
}

function dealer(options: DealerOptions): Dealer {
  const socket = new Dealer({
    ...common(options),
    ...sending(options),
    ...receiving(options),
    ...connecting,
    // Without a connection a send fails at once instead of waiting in a queue for a peer that never comes.
    immediate: true,
  })
  // Typed as a string, which zeromq.js would write as UTF-8; it takes bytes as they are.
  Reflect.set(socket, 'routingId', options.routingId)
  return socket
}

function router(bounds?: SocketBounds): Router {
  return new Router({
    ...common(bounds),
    ...sending(bounds),
    ...receiving(bounds),
    mandatory: true,
    // A peer that comes again before its old connection is known dead takes it over.
    handover: true,
  })
}

export function createSockets(): Sockets {
  const open = new Set<Socket>()
  const track = <S extends Socket>(socket: S): S => {
    open.add(socket)
    return socket
  }
  const close = (socket: Socket, lingerMs = 0): void => {
    open.delete(socket)
    if (socket.closed) return
    socket.linger = lingerMs
    socket.close()
  }
  return {
    publisher: (bounds) => track(publisher(bounds)),
    subscriber: (bounds) => track(new Subscriber({ ...common(bounds), ...receiving(bounds), ...connecting })),
    dealer: (options) => track(dealer(options)),
    router: (bounds) => track(router(bounds)),
    close,
    closeAll: (lingerMs = 0) => {
      for (const socket of [...open]) close(socket, lingerMs)
    },
  }
}

/** The `code` of what a socket call rejected with: EAGAIN, EHOSTUNREACH, EADDRINUSE, … */
export function errnoOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
}
