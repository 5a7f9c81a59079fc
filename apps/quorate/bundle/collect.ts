/**
 * What goes into the bundle of an app: its module, packages and files, as they lie to each other now. The
 * bundle's folder stands for the innermost that has all sources in it, and the app's package.json.
 */
import { realpathSync } from 'node:fs'
import { dirname, posix, relative, sep } from 'node:path'
import { BundleError, platformHere } from '../../../control/bundle/index.js'
import { ownPackage } from '../new/own-package.js'
import { closureOf, declaredBy } from './closure.js'
import { type Contents, packageContents, shippedContents } from './contents.js'
import { packageFolderOf, packageJsonIn } from './package-json.js'
import { placeSeen, placesOf, type Start } from './places.js'
import { compileRelocatable, type PackageImport, type Relocatable } from './relocatable.js'

export interface Collected {
  /** The path of the app's module. */
  readonly entry: string
  readonly contents: Contents
  /** Whether something in it runs on this platform alone. */
  readonly isBound: boolean
  readonly warnings: readonly string[]
}

const ENTRY = 'app.mjs'

/**
 * @param appFile its true path. @param patterns of files that go with it, besides those that its package.json
 * names. @throws BundleError, CommandFailure
 */
export async function collect(appFile: string, patterns: readonly string[]): Promise<Collected> {
  const folder = dirname(appFile)
  const own = realpathSync((await ownPackage()).folder)
  // That of quorate is not the app's, though its examples lie in there.
  const packageOf = (from: string): string | undefined => {
    const found = packageFolderOf(from)
    return found !== undefined && realpathSync(found) !== own ? found : undefined
  }
  const seen = await compileRelocatable(appFile, () => '.')
  const shipping = packageOf(folder) ?? folder
  const base = innermost([shipping, ...seen.sources.map((each) => dirname(each))])
  const at = (path: string): string => {
    const place = relative(base, path).split(sep).join('/')
    return place.startsWith('..') ? '' : place
  }
  const starts = startsOf(seen, at, packageOf)
  const packages = closureOf(starts)
  const places = placesOf(starts, packages)
  const { code } = await compileRelocatable(appFile, pathsIn(places, at, folder))
  const declared = packageOf(folder) === undefined ? [] : (packageJsonIn(shipping).quorate?.files ?? [])
  const warnings: string[] = []
  const contents: Contents = new Map([
    ...packageContents(places, (line) => warnings.push(line)),
    ...shippedContents(shipping, [...declared, ...patterns], at(shipping)),
  ])
  const entry = posix.join(at(folder), ENTRY)
  if (contents.has(entry)) {
    const text = `${entry} is what the app itself becomes in its bundle`
    throw new BundleError('bundle-not-packed', `${text}; give the file that is shipped another name`)
  }
  contents.set(entry, Buffer.from(code))
  const bound = [...packages.values()].find(({ json }) => json.os !== undefined || json.cpu !== undefined)
  const part = bound?.name ?? [...contents.keys()].find((path) => path.endsWith('.node'))
  if (part !== undefined) warnings.push(`it runs on ${platformHere()} alone, as ${part} does`)
  return { entry, contents, isBound: part !== undefined, warnings }
}

/** Who needs packages: each folder of sources what these import, and its package what it declares. */
function startsOf(
  { sources, imports }: Relocatable,
  at: (path: string) => string,
  packageOf: (from: string) => string | undefined,
): Start[] {
  const needs = new Map<string, Map<string, string>>()
  const needsAt = (place: string): Map<string, string> => {
    const known = needs.get(place) ?? new Map<string, string>()
    needs.set(place, known)
    return known
  }
  const owners = new Set(sources.flatMap((source) => packageOf(dirname(source)) ?? []))
  for (const owner of owners) {
    for (const [name, folder] of declaredBy(owner)) {
      // What a workspace links to was compiled with the app.
      const isSource = sources.some((source) => source.startsWith(folder + sep))
      if (!isSource) needsAt(at(owner)).set(name, folder)
    }
  }
  for (const { from, name, folder } of imports) needsAt(at(from)).set(name, folder)
  return [...needs].map(([place, each]) => ({ at: place, needs: each }))
}

/** Where the files of imports are, from the module of the app in its folder. */
function pathsIn(
  places: ReadonlyMap<string, string>,
  at: (path: string) => string,
  appFolder: string,
): (each: PackageImport) => string {
  return ({ from, name, folder, file }) => {
    const place = placeSeen(places, at(from), name) ?? ''
    const target = posix.join(place, relative(folder, file).split(sep).join('/'))
    const path = posix.relative(at(appFolder), target)
    return path.startsWith('.') ? path : `./${path}`
  }
}

/** The innermost folder that has all of these in it. */
function innermost(folders: readonly string[]): string {
  const [first = '', ...others] = folders
  const isIn = (folder: string): boolean =>
    others.every(
      (other) => other === folder || other.startsWith(folder.endsWith(sep) ? folder : folder + sep),
    )
  let folder = first
  while (!isIn(folder) && dirname(folder) !== folder) folder = dirname(folder)
  return folder
}
