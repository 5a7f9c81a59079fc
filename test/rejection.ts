/** The error that a promise is rejected with; fails where it is not. */
export async function rejectionOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise
  } catch (thrown) {
    if (thrown instanceof Error) return thrown
    throw new Error(`rejected with ${String(thrown)}, which is no Error`)
  }
  throw new Error('expected a rejection')
}
