/** What is asked over sessions and what is served: the types of their calls and handlers. */
import type { Buffer } from 'node:buffer'
import type { Duplex, Writable } from 'node:stream'
import type { Endpoint, EndpointMonitor } from '../endpoint.js'
import type { Message, MessageReceiver } from '../message.js'

/** The app id of F3's messages by which sessions travel: 'QU'. Who does not know it ignores them. */
export const SESSION_APP = 0x5155

/** What sessions need of a communicator; a Communicator has it all. */
export interface Carrier {
  send(endpoint: string, appId: number, message: Message): Promise<void>
  registerMessageReceiver(appId: number, receiver: MessageReceiver): () => void
  registerMonitor(monitor: EndpointMonitor): () => void
  findEndpoint(name: string): Endpoint | undefined
}

/** What is said beside the bytes; all of it text. */
export type Headers = Readonly<Record<string, string>>

/** How long, and how much, sessions keep; all of it has a default in `sessionLimits`. */
export interface SessionsOptions {
  /** Milliseconds for which a peer may be away before its session is lost; `sessionLimits.holdMs`. */
  readonly holdMs?: number
  /** Milliseconds in which a peer that is connected has to answer; `sessionLimits.answerMs`. */
  readonly answerMs?: number
  /** Bytes of a stream that may wait here for its reader; `sessionLimits.windowBytes`. */
  readonly windowBytes?: number
  /** Bytes that are kept for a peer until it acknowledges them; `sessionLimits.resendBytes`. */
  readonly resendBytes?: number
}

/** Of whatever is asked of a peer. */
export interface CallOptions {
  /** Default none. */
  readonly headers?: Headers
  /** Milliseconds for all of it, with the wait for a peer that is away; `sessionLimits.requestMs`. */
  readonly withinMs?: number
  /** Gives up; the other end hears of it. */
  readonly signal?: AbortSignal
}

/** Of a request. */
export interface RequestOptions extends CallOptions {
  /** Default no bytes. */
  readonly payload?: Uint8Array
}

/** What a handler of the peer gave. */
export interface Reply {
  /** None where the handler gave none. */
  readonly headers: Headers
  /** Empty where the handler gave none. */
  readonly payload: Buffer
}

/** What a peer asks. */
export interface SessionRequest {
  /** Who asks. */
  readonly from: Endpoint
  /** That for which the handler serves. */
  readonly topic: string
  /** As the peer gave them. */
  readonly headers: Headers
  /** Empty where the peer gave none. */
  readonly payload: Buffer
  /** Aborts when nobody waits for the reply any more: the asker gave up, or is gone. */
  readonly signal: AbortSignal
}

/** What a handler gives; nothing stands for an empty reply. */
export interface Answer {
  /** Default none. */
  readonly headers?: Headers
  /** Default no bytes. */
  readonly payload?: Uint8Array
}

/**
 * Answers a request. What it throws reaches the asker as `session-refused`, with the code and the text of
 * the error: write nothing into them that a peer may not read.
 */
export type RequestHandler = (request: SessionRequest) => Answer | undefined | Promise<Answer | undefined>

/**
 * Takes a stream that a peer opened. Where it throws, or destroys the stream before it returns, `open()` of
 * the peer rejects with `session-refused`. What it rejects with later destroys the stream.
 */
export type StreamHandler = (stream: Duplex, from: Endpoint, headers: Headers) => void | Promise<void>

/** Bytes with a name, of which a part may be there already. */
export interface BlobOffer {
  /** Names these bytes, and no others ever: a digest, or a random id. */
  readonly id: string
  /** Of all bytes; undefined where the sender does not know. */
  readonly size: number | undefined
  /** As the sender gave them. */
  readonly headers: Headers
  /** Who sends it. */
  readonly from: Endpoint
}

/** Where the bytes go from `offset` on; a transfer has succeeded when `writable` has finished. */
export interface BlobSink {
  /** So many bytes are there already, and will not be sent. */
  readonly offset: number
  /** Takes what is sent. */
  readonly writable: Writable
}

/** Says where the bytes go. Where it throws, the sender's `sendBlob()` rejects with `session-refused`. */
export type BlobHandler = (offer: BlobOffer) => BlobSink | Promise<BlobSink>

/** Of a transfer. */
export interface BlobOptions {
  /** Names these bytes, and no others ever. */
  readonly id: string
  /** Of all bytes, where it is known. */
  readonly size?: number
  /** Default none. */
  readonly headers?: Headers
  /** Milliseconds in which it has to get on by a byte; `sessionLimits.blobStuckMs`. */
  readonly stuckMs?: number
  /** Gives up. */
  readonly signal?: AbortSignal
}

/** Gives the bytes from one place on. */
export type BlobSource = (from: number) => AsyncIterable<Uint8Array>
