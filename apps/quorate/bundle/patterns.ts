/**
 * Which files an app ships beside its code: patterns as those of `files` in a package.json. `*` is any text
 * in a name, `**` any folders; a folder means all that is in it. Pure.
 */
import { type CommandFailure, usage } from '../failure.js'

/** Whether a path is one of those meant. @throws CommandFailure for a pattern that leads out. */
export function matcherOf(pattern: string): (path: string) => boolean {
  // What is below a folder is meant with it: `a/**` is all that is in a, as `a/*` and `a` are.
  const parts = pattern
    .replace(/^\.\//, '')
    .replace(/\/+$/, '')
    .replace(/(^|\/)\*\*$/, '$1*')
    .split('/')
  if (parts.some((part) => part === '' || part === '.' || part === '..')) throw outside(pattern)
  const source = parts.map((part) => (part === '**' ? '(?:[^/]+/)*' : `${partOf(part)}/`)).join('')
  const regex = new RegExp(`^${source.replace(/\/$/, '')}(?:/.*)?$`)
  return (path) => regex.test(path)
}

function partOf(part: string): string {
  return part.replace(/[.+^${}()|[\]\\?]/g, '\\$&').replaceAll('*', '[^/]*')
}

function outside(pattern: string): CommandFailure {
  return usage(`the files ${JSON.stringify(pattern)}: give a path from the folder of the app, without ..`)
}
