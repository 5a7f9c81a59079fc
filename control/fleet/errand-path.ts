/** Which requests a hub may have the agent of a node answer: about its actors, their logs and its apps. */

/** Of all others of an agent nothing is asked by a hub: what is installed, say, its own operator says. */
const ERRANDS: readonly (readonly [method: string, path: RegExp])[] = [
  ['GET', /^\/v1\/apps(?:\/[^/]+)?$/],
  ['GET', /^\/v1\/actors(?:\/[^/]+(?:\/log)?)?$/],
  ['POST', /^\/v1\/actors(?:\/[^/]+\/(?:start|stop))?$/],
  ['DELETE', /^\/v1\/actors\/[^/]+$/],
]

/** Whether an agent goes on this errand; what stands behind a question mark is its own. */
export function isErrand(method: string, url: string): boolean {
  const [path = ''] = url.split('?', 1)
  // A server takes some characters and words of paths for others.
  if (!/^[\w/.~%:@+-]+$/.test(path) || /%2f|%5c|\/\.{1,2}(?:\/|$)/i.test(path)) return false
  return ERRANDS.some(([of, form]) => of === method && form.test(path))
}
