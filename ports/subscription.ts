/**
 * How a subscriber and a publisher make sure of each other. Every frame of a publisher has a topic before it.
 * A subscriber asks for two, the live one and one of its own:
 *
 *      0         1 … 8                      0      1 … 16              17 … 24
 *     ┌─────────┬───────────────────┐      ┌──────┬───────────────────┬───────────────────┐
 *     │ version │ publisher's actor │      │ 0x00 │ link id           │ publisher's actor │
 *     └─────────┴───────────────────┘      └──────┴───────────────────┴───────────────────┘
 *
 * The publisher sees the second (XPUB), and answers on it with a welcome: a frame with HELLO whose sequence
 * is the number of the next message, preceded by the messages that it keeps, a frame each. It also addresses
 * live messages to each subscriber alone while one of them is full.
 * From the welcome on, every message reaches the subscriber or shows as a gap. A program that got the TCP
 * port of a publisher that died sends nothing that the subscriber asked for, and is never mistaken for it.
 */
import { WIRE_VERSION } from './frame.js'
import { ACTOR_ID_BYTES, LINK_BYTES } from './link.js'

export const LIVE_TOPIC_BYTES = 1 + ACTOR_ID_BYTES
export const OWN_TOPIC_BYTES = 1 + LINK_BYTES + ACTOR_ID_BYTES
const OWN = 0x00
const SUBSCRIBE = 0x01
const UNSUBSCRIBE = 0x00

export function liveTopic(publisherId: string): Buffer {
  return Buffer.concat([Buffer.of(WIRE_VERSION), Buffer.from(publisherId, 'hex')], LIVE_TOPIC_BYTES)
}

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

/**
 * What an XPUB socket tells of a subscriber: it came or went; undefined for the live topic and for strangers.
 */
export function readSubscription(message: Buffer): SubscriptionNews | undefined {
  if (message.length !== 1 + OWN_TOPIC_BYTES || message[1] !== OWN) return undefined
  if (message[0] !== SUBSCRIBE && message[0] !== UNSUBSCRIBE) return undefined
  return {
    link: message.subarray(2, 2 + LINK_BYTES),
    publisherId: message.toString('hex', 2 + LINK_BYTES),
    comes: message[0] === SUBSCRIBE,
  }
}

/** True for a subscription to a live topic, which needs no answer. */
export function isLiveTopic(message: Buffer): boolean {
  if (message.length !== 1 + LIVE_TOPIC_BYTES || message[1] === OWN) return false
  return message[0] === SUBSCRIBE || message[0] === UNSUBSCRIBE
}
