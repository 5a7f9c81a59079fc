/**
 * Ends what takes too long. Not by AbortSignal.timeout(): Node 20 collects a signal that only
 * AbortSignal.any() knows, and then it never comes.
 */

/** Does something with a signal that is aborted with that of whoever waits, or after a time. */
export async function within<T>(
  ms: number,
  signal: AbortSignal,
  act: (signal: AbortSignal) => Promise<T>,
  late: () => Error,
): Promise<T> {
  const ending = new AbortController()
  const timer = setTimeout(() => ending.abort(late()), ms)
  try {
    return await act(AbortSignal.any([signal, ending.signal]))
  } finally {
    clearTimeout(timer)
  }
}
