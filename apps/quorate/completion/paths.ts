/** Files and folders that may come next. */
import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Candidate } from './candidate.js'

export type Wanted = 'app file' | 'file' | 'folder'

const APP_FILE = /(?<!\.d)\.(?:ts|mts|tsx|js|mjs|jsx)$/

/** What begins as it was typed: folders, and files that are wanted. Nothing where nothing can be read. */
export async function pathsFrom(typed: string, wanted: Wanted): Promise<Candidate[]> {
  const folder = typed.slice(0, typed.lastIndexOf('/') + 1)
  const start = typed.slice(folder.length)
  const place = withHome(folder) || '.'
  const entries = await readdir(place, { withFileTypes: true }).catch(() => [])
  const found = await Promise.all(
    entries
      .filter(({ name }) => name.startsWith(start) && (start !== '' || isPlain(name)))
      .map(async (entry): Promise<Candidate[]> => {
        const value = `${folder}${entry.name}`
        if (await isFolder(entry, join(place, entry.name))) {
          return [{ value: `${value}/`, kind: 'folder', about: '' }]
        }
        const isWanted = wanted === 'file' || (wanted === 'app file' && APP_FILE.test(entry.name))
        return isWanted ? [{ value, kind: 'file', about: '' }] : []
      }),
  )
  return found.flat().sort((one, other) => (one.value < other.value ? -1 : 1))
}

/** A path as it was typed, which no shell has put the home folder into yet. */
export function withHome(path: string): string {
  return path.startsWith('~/') ? join(homedir(), path.slice(2)) : path
}

/** Hidden ones, and packages, are meant only by who begins to name them. */
function isPlain(name: string): boolean {
  return !name.startsWith('.') && name !== 'node_modules'
}

async function isFolder(entry: Dirent, path: string): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isDirectory()
  return stat(path).then(
    (facts) => facts.isDirectory(),
    () => false,
  )
}
