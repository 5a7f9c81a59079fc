/** What is looked at before a message is sent, and how one is handed to its receiver. */
import type { Endpoint } from './endpoint.js'
import { CommError } from './errors.js'
import { encodeMap, type HeaderMap } from './header-codec.js'
import type { Connection, Message, MessageReceiver } from './message.js'
import { reportFault } from './monitors.js'

const HIGHEST_APP = 0xffff

/** Never throws, nor does its promise reject. */
export function handedOver(
  receiver: MessageReceiver,
  endpoint: Endpoint,
  connection: Connection,
  appId: number,
  message: Message,
): unknown {
  const fault = (error: unknown): void => reportFault('a receiver', error)
  try {
    const done = receiver.processMessage(endpoint, connection, appId, message)
    return done instanceof Promise ? done.catch(fault) : undefined
  } catch (error) {
    return fault(error)
  }
}

/** Empty ones are none. */
export function headersOf(headers: HeaderMap): Buffer | undefined {
  const bytes = encodeMap(headers)
  return bytes.length > 1 ? bytes : undefined
}

export function wrongApp(appId: number): CommError | undefined {
  if (Number.isInteger(appId) && appId >= 0 && appId <= HIGHEST_APP) return undefined
  return new CommError('BAD_DATA', `${String(appId)} is no id of an app; give 0 to ${HIGHEST_APP}`)
}

export function wrongPayload(payload: Buffer | undefined): CommError | undefined {
  if (payload === undefined || payload instanceof Uint8Array) return undefined
  return new CommError('BAD_DATA', 'a payload is bytes, or nothing')
}
