/**
 * Which module imports which: static and dynamic imports, re-exports and `require`, with the file that a
 * relative one means. And the order of the folders that design rests on.
 */

import { posix } from 'node:path'
import type { Lexed } from './lexer.js'

/** Top-level folders from the top down: each may import what stands after it. */
export const LAYERS: readonly string[] = [
  'apps',
  'testing',
  'control',
  'communicator',
  'runtime',
  'groups',
  'discovery',
  'ports',
]

/** Folders within one of these that have a public list of their own. */
const DOORS: readonly string[] = [
  'ports/security/index.ts',
  'groups/driver/index.ts',
  'control/agent/index.ts',
  'control/bundle/index.ts',
  'control/hub/index.ts',
  'control/metrics/index.ts',
  'control/relay/index.ts',
  'control/rollout/index.ts',
  'control/nearby/index.ts',
  'control/secure/index.ts',
  'control/supervision/index.ts',
  // What the command line asks of each URL: it loads no communicator for it.
  'control/relay/hub-url.ts',
  // Loaded by who speaks of sessions alone.
  'communicator/sessions/index.ts',
  // Imports nothing: browsers can have it.
  'runtime/event-text.ts',
]

export interface Import {
  readonly line: number
  /** As written: `./frame.js`, `zod`, `node:net`. */
  readonly specifier: string
}

const SPECIFIER = /\b(?:from|import|import\s*\(|require\s*\()\s*(['"])/g

/** The imports of a file. One that stands in a comment or string does not count. */
export function importsOf({ code, withStrings }: Lexed): Import[] {
  return [...withStrings.matchAll(SPECIFIER)]
    .filter(({ index }) => code.charAt(index) !== ' ')
    .map((match) => {
      const quote = match[1] ?? "'"
      const from = match.index + match[0].length
      const specifier = withStrings.slice(from, withStrings.indexOf(quote, from))
      return { line: lineAt(code, match.index), specifier }
    })
}

/** The path in the project that a relative import of `file` means; undefined for packages. */
export function targetOf(file: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined
  return posix.join(posix.dirname(file), specifier).replace(/\.js(x?)$/, '.ts$1')
}

/** The name of the package that is imported; undefined for files of the project and of Node. */
export function packageOf(specifier: string): string | undefined {
  if (/^(\.|node:)/.test(specifier)) return undefined
  const parts = specifier.split('/')
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/')
}

/** Why `file` may not import `target`, both of the layered folders; undefined if it may. */
export function breachOfLayers(file: string, target: string): string | undefined {
  const [from = '', to = ''] = [folderOf(file), folderOf(target)]
  const [fromLayer, toLayer] = [layerOf(from), layerOf(to)]
  if (fromLayer === -1 || from === to) return undefined
  if (toLayer === -1) return `${from} may not import ${to}`
  if (toLayer < fromLayer) return `imports run downwards: ${from} is below ${to}`
  if (from.startsWith('apps/') && to.startsWith('apps/')) return `${from} may not import another app`
  if (DOORS.includes(target)) return undefined
  if (target !== `${to}/index.ts`) return `${from} may import only ${to}/index.ts`
  return undefined
}

/** A layer's folder; each app is one of its own. */
function folderOf(file: string): string {
  const parts = file.split('/')
  return parts.slice(0, parts[0] === 'apps' ? 2 : 1).join('/')
}

function layerOf(folder: string): number {
  return LAYERS.indexOf(folder.split('/')[0] ?? '')
}

export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}
