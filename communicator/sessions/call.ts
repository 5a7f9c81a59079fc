/** A call that ends in time: by its outcome, by its time-out, or by a signal. */

/** Timers take no more. */
export const LONGEST_MS = 2 ** 31 - 1

export interface CallLimits {
  readonly withinMs: number
  readonly signal?: AbortSignal | undefined
}

export interface Call<T> {
  resolve(value: T): void
  reject(error: unknown): void
}

/**
 * Starts what `start` does; the signal has not aborted yet. Where it is not over in time, or the signal
 * aborts, what that gave is called to cancel it, and the call rejects: with the error that cancelling gives,
 * or with the signal's reason.
 */
export function calling<T>(
  { withinMs, signal }: CallLimits,
  start: (call: Call<T>) => () => Error,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let cancel: (() => Error) | undefined
    const over = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', aborted)
    }
    const failed = (error: unknown) => {
      over()
      reject(error)
    }
    const aborted = () => {
      cancel?.()
      failed(signal?.reason)
    }
    const timer = setTimeout(() => failed(cancel?.()), Math.min(withinMs, LONGEST_MS))
    signal?.addEventListener('abort', aborted)
    const resolved = (value: T) => {
      over()
      resolve(value)
    }
    try {
      cancel = start({ resolve: resolved, reject: failed })
    } catch (error) {
      failed(error)
    }
  })
}
