/** Waiting for what must come, instead of for a time. */

const LOOK_MS = 2
const PATIENCE_MS = 8000

/** Resolves as soon as `isSo`; fails with `what` where it never comes. */
export async function eventually(isSo: () => boolean, what: string, patienceMs = PATIENCE_MS): Promise<void> {
  const until = performance.now() + patienceMs
  while (!isSo()) {
    if (performance.now() > until) throw new Error(`never came: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
}

export interface Deferred<T> {
  readonly promise: Promise<T>
  resolve(value: T): void
}

/** A promise that the test settles. */
export function deferred<T = void>(): Deferred<T> {
  let resolve: (value: T) => void = () => undefined
  const promise = new Promise<T>((settle) => {
    resolve = settle
  })
  return { promise, resolve: (value) => resolve(value) }
}
