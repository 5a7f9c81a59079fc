/** Reads one key of a Redis. Its errors are in the words of Python's client, which FLorist hands on. */
import { getSystemErrorMap } from 'node:util'
import { messageOf } from '../../ports/index.js'
import type { RedisAddress } from './address.js'
import { metricsLimits } from './limits.js'

/**
 * The text at a key; undefined where there is none. Rejects with an Error that says why, in one line, where
 * the Redis does not answer, or has something else there.
 */
export async function readDocument(address: RedisAddress, key: string): Promise<string | undefined> {
  const { Redis } = await import('ioredis')
  const { answerMs } = metricsLimits
  const once = {
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    enableReadyCheck: false,
  }
  const client = new Redis({ ...address, ...once, connectTimeout: answerMs, commandTimeout: answerMs })
  let failure: unknown
  client.on('error', (error) => {
    failure ??= error
  })
  try {
    await client.connect()
    return (await client.get(key)) ?? undefined
  } catch (error) {
    throw new Error(wordsOf(failure ?? error, address), { cause: error })
  } finally {
    client.disconnect()
  }
}

function wordsOf(error: unknown, { host, port }: RedisAddress): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOTFOUND') return `Error -2 connecting to ${host}:${port}. Name or service not known.`
  const told = error instanceof Error && 'errno' in error ? error.errno : undefined
  const errno = typeof told === 'number' ? told : 0
  const [, text] = getSystemErrorMap().get(errno) ?? []
  if (text === undefined) return messageOf(error)
  return `Error ${-errno} connecting to ${host}:${port}. ${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}
