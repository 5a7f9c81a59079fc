/**
 * A promise whose rejection ends no process when nobody awaits it: who does not look does not care. Whoever
 * awaits it gets the rejection all the same.
 */
export function lookedAt<T>(promise: Promise<T>): Promise<T> {
  promise.catch(ignore)
  return promise
}

function ignore(): void {}
