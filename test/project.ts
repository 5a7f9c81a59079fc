/**
 * The files of the checkout, for tests that look at the project itself. Found by walking, not by asking
 * git, so that they work in an unpacked archive too.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Absolute path of the folder that package.json is in. */
export const projectRoot = dirname(dirname(fileURLToPath(import.meta.url)))

const NOT_OURS = /^(node_modules|dist|coverage|\.git|\.dist-.*|\.setup-lock.*)$/

/** Paths of all files of the project, relative to its root, with forward slashes, sorted. */
export function projectFiles(folder = ''): string[] {
  return readdirSync(join(projectRoot, folder), { withFileTypes: true })
    .filter((entry) => !NOT_OURS.test(entry.name))
    .flatMap((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (entry.isDirectory()) return projectFiles(path)
      return entry.isFile() ? [path] : []
    })
    .sort()
}

/** The text of a file of the project. */
export function readProjectFile(path: string): string {
  return readFileSync(join(projectRoot, path), 'utf8')
}

/** The parts of package.json that tests ask for. */
export interface PackageJson {
  readonly scripts: Readonly<Record<string, string>>
  readonly name: string
  readonly version: string
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
  readonly exports: Readonly<Record<string, unknown>>
}

export function packageJson(): PackageJson {
  const parsed: PackageJson = JSON.parse(readProjectFile('package.json'))
  return parsed
}
