/** The files that a bundle has beside its module: those of packages, and those that the app ships. */
import { createHash } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, posix, relative, sep } from 'node:path'
import { BundleError, type BundleFile, bundleLimits, flawOfPath } from '../../../control/bundle/index.js'
import { messageOf } from '../../../ports/index.js'
import { usage } from '../failure.js'
import { matcherOf } from './patterns.js'

/** What Node runs none of: sources and declarations of TypeScript, and what leads back to them. */
const UNUSED = /\.(?:map|[cm]?tsx?)$/
const LEFT_OUT: ReadonlySet<string> = new Set(['node_modules', '.git'])

/** Files by their paths in the bundle: where each is now, or what is to be in it. */
export type Contents = Map<string, string | Uint8Array>

/** The files of packages in their places. @param warn told of what is left out. */
export function packageContents(places: ReadonlyMap<string, string>, warn: (line: string) => void): Contents {
  const contents: Contents = new Map()
  for (const [place, folder] of places) {
    for (const path of filesIn(folder)) {
      if (UNUSED.test(path)) continue
      const target = posix.join(place, path)
      const flaw = flawOfPath(target)
      if (flaw) warn(`${JSON.stringify(target)} is left out: ${flaw}`)
      else contents.set(target, join(folder, path))
    }
  }
  return contents
}

/** The files of a folder that patterns mean. @throws CommandFailure where one means none. */
export function shippedContents(folder: string, patterns: readonly string[], at: string): Contents {
  const contents: Contents = new Map()
  if (patterns.length === 0) return contents
  const all = filesIn(folder)
  for (const pattern of patterns) {
    const meant = all.filter(matcherOf(pattern))
    if (meant.length === 0) throw usage(`the files ${JSON.stringify(pattern)} of ${folder}: there are none`)
    for (const path of meant) contents.set(posix.join(at, path), join(folder, path))
  }
  return contents
}

/** What a manifest says of files. @throws BundleError `bundle-too-large`, `bundle-not-packed`. */
export async function filesOf(contents: Contents): Promise<BundleFile[]> {
  if (contents.size > bundleLimits.files) {
    const text = `the bundle would have ${contents.size} files, and ${bundleLimits.files} is the most`
    throw new BundleError(
      'bundle-too-large',
      `${text}; are all packages in \`dependencies\` needed at run time?`,
    )
  }
  const files: BundleFile[] = []
  let left: number = bundleLimits.bytes
  for (const [path, place] of [...contents].sort(([one], [other]) => (one < other ? -1 : 1))) {
    const content = await contentOf(place)
    left -= content.length
    if (left < 0) {
      const text = `the files of the bundle have more than ${bundleLimits.bytes} bytes, up to ${path}`
      throw new BundleError('bundle-too-large', `${text}; ship fewer`)
    }
    files.push({ path, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') })
  }
  return files
}

/** What is in a file. @throws BundleError `bundle-not-packed`. */
export async function contentOf(place: string | Uint8Array | undefined): Promise<Uint8Array> {
  if (place === undefined) throw new BundleError('bundle-not-packed', 'a file of the bundle is not there')
  if (typeof place !== 'string') return place
  try {
    return await readFile(place)
  } catch (cause) {
    throw new BundleError('bundle-not-packed', `${place} cannot be read: ${messageOf(cause)}`, { cause })
  }
}

/** All files of a folder, in no packages. Links to files are those; links to folders are left. */
function filesIn(root: string, folder = root): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return LEFT_OUT.has(entry.name) ? [] : filesIn(root, path)
    const isFile = entry.isFile() || (entry.isSymbolicLink() && isFileAt(path))
    return isFile ? [relative(root, path).split(sep).join('/')] : []
  })
}

function isFileAt(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}
