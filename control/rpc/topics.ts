/**
 * What is published: two frames, the topic as four bytes (unsigned, the lowest first), and a body of JSON,
 * text or bytes. Nothing says which of these it is.
 */
import { readPythonJson, utf8Text } from './bounded-json.js'

const TOPIC_BYTES = 4
const HIGHEST = 2 ** 32 - 1

export function isTopic(topic: unknown): topic is number {
  return Number.isInteger(topic) && Number(topic) >= 0 && Number(topic) <= HIGHEST
}

export function topicFrame(topic: number): Buffer {
  const frame = Buffer.alloc(TOPIC_BYTES)
  frame.writeUInt32LE(topic)
  return frame
}

/** What was published, as it arrived. */
export interface ApiMessage {
  /** Of ApiTopic, or any other. */
  readonly topic: number
  /** The body as it came. */
  readonly bytes: Buffer
  /**
   * The value, where the bytes are JSON, with null for what Python writes as NaN or Infinity; undefined where
   * they are not, or nest too deep.
   */
  readonly value: unknown
}

/** Undefined for what no service publishes. */
export function readMessage(parts: readonly Buffer[]): ApiMessage | undefined {
  const [topic, bytes] = parts
  if (parts.length !== 2 || topic?.length !== TOPIC_BYTES || !bytes) return undefined
  const text = utf8Text(bytes)
  const read = text === undefined ? undefined : readPythonJson(text)
  return { topic: topic.readUInt32LE(), bytes, value: read && 'value' in read ? read.value : undefined }
}
