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

export interface CallOptions {
  readonly headers?: Headers
  /** Milliseconds for all of it, with the wait for a peer that is away; `sessionLimits.requestMs`. */
  readonly withinMs?: number
  /** Gives up; the other end hears of it. */
  readonly signal?: AbortSignal
}

export interface RequestOptions extends CallOptions {
  readonly payload?: Uint8Array
}

export interface Reply {
  readonly headers: Headers
  /** Empty where the handler gave none. */
  readonly payload: Buffer
}

export interface SessionRequest {
  readonly from: Endpoint
  readonly topic: string
  readonly headers: Headers
  readonly payload: Buffer
  /** Aborts when nobody waits for the reply any more: the asker gave up, or is gone. */
  readonly signal: AbortSignal
}

/** What a handler gives; nothing stands for an empty reply. */
export interface Answer {
  readonly headers?: Headers
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
  readonly headers: Headers
  readonly from: Endpoint
}

/** Where the bytes go from `offset` on; a transfer has succeeded when `writable` has finished. */
export interface BlobSink {
  /** So many bytes are there already, and will not be sent. */
  readonly offset: number
  readonly writable: Writable
}

/** Says where the bytes go. Where it throws, the sender's `sendBlob()` rejects with `session-refused`. */
export type BlobHandler = (offer: BlobOffer) => BlobSink | Promise<BlobSink>

export interface BlobOptions {
  readonly id: string
  readonly size?: number
  readonly headers?: Headers
  /** Milliseconds in which it has to get on by a byte; `sessionLimits.blobStuckMs`. */
  readonly stuckMs?: number
  readonly signal?: AbortSignal
}

/** Gives the bytes from one place on. */
export type BlobSource = (from: number) => AsyncIterable<Uint8Array>
