/**
 * What ports and directories use of sockets, and the one place where those of ZeroMQ are made. Every socket
 * of an actor comes from one `Sockets`, so that bounds, time-outs and, later, keys are the same everywhere;
 * and all that are open can be closed at once when the process ends. `testing/` makes others, in memory.
 */
import { context, Dealer, type Observer, Router, type Socket, Subscriber, XPublisher } from 'zeromq'
import { limits } from './limits.js'
import { connect, uninterrupted } from './socket-calls.js'
import { type Door, keysOf, lockedDoor, lockedWay, type SocketLock, type WayOptions } from './socket-lock.js'
import { hasSpareFiles } from './spare-files.js'

export interface SocketBounds extends WayOptions {
  /** What one that binds leads to. Default `ports`. */
  readonly door?: Door
  /** Frames that wait for one peer, each way. Default `limits.queueFrames`. */
  readonly queueFrames?: number
  /**
   * Bytes of the largest frame taken in; the connection that sends more is cut. Default `limits.frameBytes`.
   */
  readonly frameBytes?: number
  /** Of a publisher: who does not keep up loses messages, and nobody waits for it. Default false. */
  readonly isLossy?: boolean
  /**
   * Of a router: whether one that comes under the routing id of another takes its place. Default true.
   * False where strangers are let in, who could put others out.
   */
  readonly isTakenOver?: boolean
}

export interface DealerOptions extends SocketBounds {
  /** What the router at the other end knows this socket by: 16 random bytes. */
  readonly routingId: Buffer
}

/** What happens to the connections of a socket, as ZeroMQ names it. */
export type SocketEvent =
  | 'accept'
  | 'handshake'
  | 'disconnect'
  /** Nothing of the socket is left. */
  | 'end'
  | 'connect'
  | 'connect:retry'
  | 'handshake:error:protocol'
  | 'handshake:error:auth'
  | 'handshake:error:other'

/** What all kinds of socket have. Calls on a closed one throw. */
export interface AnySocket {
  readonly closed: boolean
  readonly events: { on(event: SocketEvent, listener: () => void): unknown }
  /** The parts of the next message. Rejects when the socket is closed. One call at a time. */
  receive(): Promise<Buffer[]>
}

/**
 * Takes a message, all of it or nothing, or rejects at once: with the `code` EAGAIN where a bound is reached
 * or nobody is connected. Leave the bytes as they are after the call.
 */
interface Sending {
  send(parts: Buffer | Buffer[]): Promise<void>
}

export interface BoundSocket extends AnySocket, Sending {
  /** Where it is bound, with the TCP port that a `*` stood for. */
  readonly lastEndpoint: string | null
}

/** Connects, and connects again, for ever. */
interface ConnectingSocket extends AnySocket {
  /** @throws Error where the address is none. */
  connect(address: string): void
  /** Milliseconds that one attempt may take; 0 for as long as the system allows. */
  connectTimeout: number
}

/**
 * Sends to all whose subscription its first part begins with; EAGAIN where one of them is full, and then to
 * none. It receives the subscriptions: a byte, 1 or 0, and the topic; each that comes, and the end of the
 * last to a topic.
 */
export type PublisherSocket = BoundSocket

export interface SubscriberSocket extends ConnectingSocket {
  subscribe(...topics: Buffer[]): void
}

/** EAGAIN without a connection. What it has not read of a connection that breaks, it forgets. */
export interface DealerSocket extends ConnectingSocket, Sending {}

/**
 * Sends to the dealer that the first part names; EHOSTUNREACH where it is not connected. What it receives has
 * the dealer's routing id before it.
 */
export type RouterSocket = BoundSocket

export interface Sockets {
  /** Publishes, and sees its subscribers come and go (XPUB). */
  publisher(bounds?: SocketBounds): PublisherSocket
  subscriber(bounds?: SocketBounds): SubscriberSocket
  dealer(options: DealerOptions): DealerSocket
  router(bounds?: SocketBounds): RouterSocket
  /**
   * Binds an address, with the keys of the lock as they are now; what is bound stays so. Gives where. Throws
   * with a `code` as EADDRINUSE; EMFILE where few files are left.
   */
  bind(socket: BoundSocket, address: string): string
  /**
   * Gives an address up, and cuts those who came there. Throws where it is not bound. Only where a lock keeps
   * strangers out: without one libzmq 4.3.5 aborts where it is done while some come that speak ZMTP 1.
   */
  unbind(socket: BoundSocket, address: string): void
  /** Closes one, giving what it still holds `lingerMs` to leave. */
  close(socket: AnySocket, lingerMs?: number): void
  /** Closes every socket at once; what they still hold is dropped unless `lingerMs` says otherwise. */
  closeAll(lingerMs?: number): void
}

/**
 * Those of one thread. One that ends before its process has to do one of these: were a socket left, what
 * watches its connections, or a message that ZeroMQ still holds, the process would be aborted.
 */
export interface ThreadSockets extends Sockets {
  /** The same with a lock: those of one service of the thread. */
  locked(lock: SocketLock | undefined): Sockets
  /** Closes every socket; resolves when nothing of them is left, or that takes too long. */
  end(): Promise<void>
  /** The same at once, only for the `exit` hook of the thread. */
  abandon(): void
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

function publisher(lock?: SocketLock, bounds?: SocketBounds): XPublisher {
  const socket = new XPublisher({
    ...common(bounds),
    ...lockedDoor(lock, bounds?.door),
    ...sending(bounds),
    maxMessageSize: limits.subscriptionBytes,
    noDrop: !bounds?.isLossy,
  })
  // A subscriber may come again before its old connection is known dead, and waits for a welcome then, too.
  socket.verbosity = 'allSubs'
  return socket
}

function subscriber(lock?: SocketLock, bounds?: SocketBounds): Subscriber {
  const locked = lockedWay(lock, bounds)
  const socket = new Subscriber({ ...common(bounds), ...receiving(bounds), ...connecting, ...locked })
  if (lock) redialRefused(socket, lock)
  return socket
}

function dealer(lock: SocketLock | undefined, options: DealerOptions): Dealer {
  const socket = new Dealer({
    ...common(options),
    ...lockedWay(lock, options),
    ...sending(options),
    ...receiving(options),
    ...connecting,
    // Without a connection a send fails at once instead of waiting in a queue for a peer that never comes.
    immediate: true,
  })
  // Typed as a string, which zeromq.js would write as UTF-8; it takes bytes as they are.
  Reflect.set(socket, 'routingId', options.routingId)
  if (lock) redialRefused(socket, lock)
  return socket
}

function router(lock?: SocketLock, bounds?: SocketBounds): Router {
  return new Router({
    ...common(bounds),
    ...lockedDoor(lock, bounds?.door),
    ...sending(bounds),
    ...receiving(bounds),
    mandatory: true,
    // A peer that comes again before its old connection is known dead takes it over.
    handover: bounds?.isTakenOver ?? true,
  })
}

/**
 * ZeroMQ never dials again where it was told that it is not admitted. Who vouches for it may be late, or its
 * key be renewed, so this does.
 */
function redialRefused(socket: Dealer | Subscriber, lock: SocketLock): void {
  let pauseMs: number = limits.refusedMs
  socket.events.on('handshake', () => {
    pauseMs = limits.refusedMs
  })
  socket.events.on('handshake:error:auth', ({ address }) => {
    setTimeout(() => redial(socket, address, lock), pauseMs).unref()
    pauseMs = Math.min(2 * pauseMs, limits.refusedMaxMs)
  })
}

/** Those that the actor has now, for what it binds and connects from now on. */
function setKeys(socket: Socket, lock: SocketLock): void {
  const { emitWarning } = process
  // zeromq.js warns that they count from now on, which is what is wanted.
  process.emitWarning = () => undefined
  try {
    Object.assign(socket, keysOf(lock))
  } finally {
    process.emitWarning = emitWarning
  }
}

/** With the keys that the actor has now: it may be for the former ones that it was not admitted. */
function redial(socket: Dealer | Subscriber, address: string, lock: SocketLock): void {
  if (socket.closed) return
  socket.disconnect(address)
  setKeys(socket, lock)
  connect(socket, address)
}

/** Sockets of ZeroMQ. */
export function createSockets(lock?: SocketLock): Sockets {
  return socketsOf(() => undefined, lock)
}

/** Sockets of ZeroMQ for a thread that ends before its process. */
export function createThreadSockets(): ThreadSockets {
  /** Of sockets that are closed: each ends when nothing of its socket is left. */
  const ending = new Set<Observer>()
  const closing = ({ events }: Socket): void => {
    ending.add(events)
    events.on('end', () => ending.delete(events))
  }
  const sockets = socketsOf(closing)
  const all = [sockets]
  const closeAll = (): void => {
    for (const each of all) each.closeAll()
  }
  return {
    ...sockets,
    closeAll,
    locked: (lock) => {
      const locked = socketsOf(closing, lock)
      all.push(locked)
      return locked
    },
    end: async () => {
      closeAll()
      for (let ms = 0; ending.size > 0 && ms < limits.endMs; ms++) {
        await new Promise((resolve) => setTimeout(resolve, 1))
      }
    },
    abandon: () => {
      closeAll()
      if (ending.size === 0) return
      // ZeroMQ gives back what it held in a thread of its own.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, limits.abandonMs)
      for (const observer of ending) observer.close()
    },
  }
}

function socketsOf(closing: (socket: Socket) => void, lock?: SocketLock): Sockets {
  const open = new Map<AnySocket, Socket>()
  const track = <S extends Socket & AnySocket>(socket: S): S => {
    open.set(socket, socket)
    return socket
  }
  const close = (socket: AnySocket, lingerMs = 0): void => {
    const ours = open.get(socket)
    open.delete(socket)
    if (!ours || ours.closed) return
    closing(ours)
    ours.linger = lingerMs
    ours.close()
  }
  return {
    publisher: (bounds) => track(publisher(lock, bounds)),
    subscriber: (bounds) => track(subscriber(lock, bounds)),
    dealer: (options) => track(dealer(lock, options)),
    router: (bounds) => track(router(lock, bounds)),
    bind: (socket, address) => {
      const ours = open.get(socket)
      if (!ours) throw Object.assign(new Error('the socket is closed'), { code: 'EBADF' })
      if (!hasSpareFiles()) throw Object.assign(new Error('too many open files'), { code: 'EMFILE' })
      if (lock) setKeys(ours, lock)
      // While bind() is under way, nothing can be sent.
      uninterrupted(() => ours.bindSync(address))
      return ours.lastEndpoint ?? address
    },
    // To libzmq it is one with unbind(), but for that nothing can be sent while that one is under way.
    unbind: (socket, address) => open.get(socket)?.disconnect(address),
    close,
    closeAll: (lingerMs = 0) => {
      for (const socket of [...open.keys()]) close(socket, lingerMs)
    },
  }
}
