/** What an agent answers, read whole or as it comes. */
import type { IncomingMessage } from 'node:http'
import { AgentClientError } from './errors.js'
import { secureLimits } from './limits.js'
import type { Patience } from './patience.js'

/** The JSON of an answer; undefined where it is empty. @throws AgentClientError `agent-bad-answer`. */
export async function jsonIn(answer: IncomingMessage, who: string): Promise<unknown> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of bytesOf(answer)) {
    bytes += part.length
    if (bytes > secureLimits.answerBytes) {
      const what = `${who} answers with more than ${secureLimits.answerBytes} bytes`
      throw new AgentClientError('agent-bad-answer', what)
    }
    parts.push(part)
  }
  const text = Buffer.concat(parts).toString()
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch (cause) {
    const what = `${who} answers with ${answer.statusCode} and no JSON; is it an agent of quorate?`
    throw new AgentClientError('agent-bad-answer', what, { cause })
  }
}

/** The parts of an answer. Who reads them slowly is not the agent's fault. */
export async function* partsOf(
  answer: IncomingMessage,
  patience: Patience,
  isFollowed: boolean,
  failed: (error: unknown) => unknown,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const part of bytesOf(answer)) {
      patience.rest()
      yield part
      if (!isFollowed) patience.again()
    }
  } catch (error) {
    throw failed(error)
  } finally {
    patience.end()
  }
}

async function* bytesOf(answer: IncomingMessage): AsyncGenerator<Uint8Array> {
  for await (const part of answer) if (part instanceof Uint8Array) yield part
}
