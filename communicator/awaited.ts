/** Waiting for an endpoint. */
import { type Endpoint, type EndpointMonitor, EndpointState } from './endpoint.js'
import { CommError } from './errors.js'
import { commLimits } from './limits.js'

/** How long an endpoint is waited for. */
export interface AwaitOptions {
  /** Default `commLimits.connectMs`. */
  readonly withinMs?: number
  /** Gives up. */
  readonly signal?: AbortSignal
}

/**
 * Resolves with an endpoint as soon as it is READY. @throws CommError `TIMEOUT`, with what hindered its
 * connectors as the cause; `CLOSED` where `stopped` aborts; the reason of the signal.
 */
export async function awaitEndpoint(
  name: string,
  register: (monitor: EndpointMonitor) => () => void,
  stopped: AbortSignal,
  { withinMs = commLimits.connectMs, signal }: AwaitOptions,
): Promise<Endpoint> {
  let cause: Error | undefined
  let settle: (outcome: Endpoint | Error) => void = () => undefined
  const settled = new Promise<Endpoint | Error>((resolve) => {
    settle = resolve
  })
  const late = (): void => {
    const why = cause ? `: ${cause.message}` : ''
    settle(new CommError('TIMEOUT', `${name} was not connected within ${withinMs} ms${why}`, { cause }))
  }
  const timer = setTimeout(late, withinMs)
  const aborted = (): void => settle(reasonOf(signal))
  const ended = (): void => settle(reasonOf(stopped))
  signal?.addEventListener('abort', aborted)
  stopped.addEventListener('abort', ended)
  if (signal?.aborted) aborted()
  if (stopped.aborted) ended()
  const undo = register({
    stateChange: (endpoint) => {
      if (endpoint.name === name && endpoint.state === EndpointState.READY) settle(endpoint)
    },
    connectorFailed: (_handle, _url, error) => {
      cause = error
    },
  })
  try {
    const outcome = await settled
    if (outcome instanceof Error) throw outcome
    return outcome
  } finally {
    undo()
    clearTimeout(timer)
    signal?.removeEventListener('abort', aborted)
    stopped.removeEventListener('abort', ended)
  }
}

function reasonOf(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason
  return reason instanceof Error ? reason : new CommError('CLOSED', String(reason))
}
