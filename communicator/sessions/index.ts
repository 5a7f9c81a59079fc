/** Requests, streams and transfers between two communicators of quorate. */

export {
  type Answer,
  type BlobHandler,
  type BlobOffer,
  type BlobOptions,
  type BlobSink,
  type BlobSource,
  type CallOptions,
  type Carrier,
  type Headers,
  type Reply,
  type RequestHandler,
  type RequestOptions,
  SESSION_APP,
  type SessionRequest,
  type SessionsOptions,
  type StreamHandler,
} from './contract.js'
export { SessionError, type SessionErrorCode, sessionErrors } from './errors.js'
export { sessionLimits } from './limits.js'
export { Sessions } from './sessions.js'
