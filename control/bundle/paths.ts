/**
 * Which paths the files of a bundle may have. Pure. A path that is let through stays within the folder that
 * it is put into, on every system, and no two of them mean one file.
 */
import { bundleLimits } from './limits.js'

/** What no part of a path holds: it would be another separator, or nothing that can be shown. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused.
const FORBIDDEN = /[\\:\u0000-\u001f\u007f]/
/** Windows cuts them off, and then the name is another. */
const CUT_OFF = /[. ]$/

/** What is wrong with a path; undefined where nothing is. */
export function flawOfPath(path: string): string | undefined {
  if (path === '' || /\p{Surrogate}/u.test(path)) return 'it is no text'
  if (Buffer.byteLength(path) > bundleLimits.pathBytes) return 'it is too long'
  if (path.startsWith('/')) return 'it does not begin in the bundle'
  if (FORBIDDEN.test(path)) return 'it has a character that may not be in it'
  const parts = path.split('/')
  for (const part of parts) {
    if (part === '' || part === '.' || part === '..') return 'it has an empty part, . or ..'
    if (Buffer.byteLength(part) > bundleLimits.partBytes) return 'a part of it is too long'
    if (CUT_OFF.test(part)) return 'a part of it ends with a dot or a space'
  }
  // The agent's own quorate is what every app of a node runs with.
  if (`/${folded(path)}/`.includes('/node_modules/quorate/')) return 'quorate itself is the agent’s'
  return undefined
}

/**
 * The first path that is wrong and why; undefined where all are right: each by itself, in order of their
 * characters, no two one but for case, and none the folder of another.
 */
export function flawOfPaths(paths: readonly string[]): string | undefined {
  const files = new Set<string>()
  const folders = new Set<string>()
  let before = ''
  for (const path of paths) {
    const named = JSON.stringify(path.slice(0, bundleLimits.partBytes))
    const flaw = flawOfPath(path)
    if (flaw) return `${named}: ${flaw}`
    if (path <= before) return `${named} is not in its place: paths are in order, each once`
    before = path
    const all = folded(path)
    if (files.has(all)) return `${named} is there twice, but for case`
    files.add(all)
    for (let at = all.indexOf('/'); at !== -1; at = all.indexOf('/', at + 1)) folders.add(all.slice(0, at))
  }
  const both = paths.find((path) => folders.has(folded(path)))
  return both === undefined ? undefined : `${JSON.stringify(both)} is a file and a folder`
}

/** As a file system has it that knows no case. */
function folded(path: string): string {
  return path.normalize('NFC').toLowerCase()
}
