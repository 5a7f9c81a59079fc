/**
 * Requests, streams and transfers between two communicators of quorate, over one session with each peer. A
 * session outlives connections: what was sent arrives once and in order, however often the way breaks, until
 * the peer restarts or is away for longer than `holdMs`; then all that is under way fails with a typed error.
 */
import type { Duplex } from 'node:stream'
import type {
  BlobHandler,
  BlobOptions,
  BlobSource,
  CallOptions,
  Carrier,
  Reply,
  RequestHandler,
  RequestOptions,
  SessionsOptions,
  StreamHandler,
} from './contract.js'

/** All sessions of one communicator. Make it before `start()`, so that no peer asks in vain. */
export class Sessions {
  /** @throws CommError `BAD_CONFIG` where the communicator has sessions already. */
  constructor(_communicator: Carrier, _options: SessionsOptions = {}) {
    throw new Error('not there yet')
  }

  /**
   * Asks a peer, and gives its reply. While the peer is away it waits. @throws SessionError; the signal's
   * reason where that aborts.
   */
  request(_peer: string, _topic: string, _options: RequestOptions = {}): Promise<Reply> {
    throw new Error('not there yet')
  }

  /** Answers requests for a topic; gives its undoing. @throws SessionError `session-topic-taken`. */
  serve(_topic: string, _handler: RequestHandler): () => void {
    throw new Error('not there yet')
  }

  /**
   * Opens a stream: resolves when the peer has accepted it. It survives reconnects. `end()` closes one
   * direction, `destroy(error)` both, and the other end hears the code of the error. @throws SessionError.
   */
  open(_peer: string, _topic: string, _options: CallOptions = {}): Promise<Duplex> {
    throw new Error('not there yet')
  }

  /** Takes streams that are opened for a topic; gives its undoing. @throws SessionError. */
  accept(_topic: string, _handler: StreamHandler): () => void {
    throw new Error('not there yet')
  }

  /**
   * Sends bytes that the peer may have in part, and resolves when it has them all, with their number. It goes
   * on where it was after whatever broke, restarts of the peer among it, until it does not get on for
   * `stuckMs`; after a restart of our own, call it again with the same id. @throws SessionError.
   */
  sendBlob(_peer: string, _topic: string, _source: BlobSource, _options: BlobOptions): Promise<number> {
    throw new Error('not there yet')
  }

  /** Takes transfers for a topic; gives its undoing. @throws SessionError `session-topic-taken`. */
  receiveBlobs(_topic: string, _handler: BlobHandler): () => void {
    throw new Error('not there yet')
  }

  /** Ends all sessions: what is under way fails, here and at the peers. Idempotent, resolves always. */
  close(): Promise<void> {
    throw new Error('not there yet')
  }
}
