/**
 * How a subscriber and a publisher make sure of each other. A subscriber asks for two topics: the live one, a single
 * byte that is the wire version and so the first byte of every frame; and one of its own:
 *
 *      0      1 … 16              17 … 24
 *     ┌──────┬───────────────────┬───────────────────┐
 *     │ 0x00 │ link id           │ publisher's actor │
 *     └──────┴───────────────────┴───────────────────┘
 *
 * The publisher sees the second (XPUB), and answers on it with a welcome: a frame with HELLO whose sequence is the
 * number of the next message, preceded by the messages that it keeps, each a frame preceded by the same 25 bytes.
 * From the welcome on, every message reaches the subscriber or shows as a gap. A program that got the TCP port of a
 * publisher that died sees that it is not meant, and is never mistaken for it.
 */
import { WIRE_VERSION } from './frame.js'
import { LINK_BYTES } from './link.js'

export const LIVE_TOPIC = Buffer.of(WIRE_VERSION)
const ACTOR_BYTES = 8
export const OWN_TOPIC_BYTES = 1 + LINK_BYTES + ACTOR_BYTES
const OWN = 0x00
const SUBSCRIBE = 0x01
const UNSUBSCRIBE = 0x00

export function ownTopic(link: Buffer, publisherId: string): Buffer {
  return Buffer.concat([Buffer.of(OWN), link, Buffer.from(publisherId, 'hex')], OWN_TOPIC_BYTES)
}

/** True for a message that its publisher addressed to one subscriber. */
export function isAddressed(head: Buffer): boolean {
  return head[0] === OWN
}

export interface SubscriptionNews {
  readonly link: Buffer
  /** The actor that the subscriber takes the publisher for. */
  readonly publisherId: string
  readonly comes: boolean
}

/** What an XPUB socket tells of a subscriber: it came or went; undefined for the live topic and for strangers. */
export function readSubscription(message: Buffer): SubscriptionNews | undefined {
  if (message.length !== 1 + OWN_TOPIC_BYTES || message[1] !== OWN) return undefined
  if (message[0] !== SUBSCRIBE && message[0] !== UNSUBSCRIBE) return undefined
  return {
    link: message.subarray(2, 2 + LINK_BYTES),
    publisherId: message.toString('hex', 2 + LINK_BYTES),
    comes: message[0] === SUBSCRIBE,
  }
}

/** True for the subscription to a wire version, which needs no answer. */
export function isLiveTopic(message: Buffer): boolean {
  return message.length === 2 && (message[0] === SUBSCRIBE || message[0] === UNSUBSCRIBE)
}
