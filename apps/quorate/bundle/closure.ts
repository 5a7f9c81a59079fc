/**
 * The packages that an app needs at run time, and those that they need. quorate is none of them: what runs a
 * bundle brings its own.
 */
import { BundleError } from '../../../control/bundle/index.js'
import { findPackage, type PackageJson, packageJsonIn } from './package-json.js'
import type { Needing } from './places.js'

export interface FoundPackage extends Needing {
  readonly name: string
  readonly json: PackageJson
}

const OWN_NAME = 'quorate'

/** Those that a package.json declares. @throws BundleError `bundle-not-packed` for a missing one. */
export function declaredBy(folder: string, json = packageJsonIn(folder)): Map<string, string> {
  const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = json
  const needs = new Map<string, string>()
  const take = (name: string): boolean => {
    const found = name === OWN_NAME ? folder : findPackage(folder, name)
    if (found !== undefined && name !== OWN_NAME) needs.set(name, found)
    return found !== undefined
  }
  for (const name of Object.keys(optionalDependencies)) take(name)
  for (const name of Object.keys(peerDependencies)) {
    if (peerDependenciesMeta[name]?.optional !== true) take(name)
  }
  for (const name of Object.keys(dependencies)) {
    if (name in optionalDependencies || take(name)) continue
    const text = `${json.name || folder} needs the package ${name}, which is not installed; npm install`
    throw new BundleError('bundle-not-packed', text)
  }
  return needs
}

/** All packages that are reached from some, by their folders. @throws BundleError `bundle-not-packed`. */
export function closureOf(starts: Iterable<Needing>): ReadonlyMap<string, FoundPackage> {
  const found = new Map<string, FoundPackage & { readonly needs: Map<string, string> }>()
  const waiting = [...starts].flatMap(({ needs }) => [...needs])
  for (const [name, folder] of waiting) {
    if (found.has(folder)) continue
    const json = packageJsonIn(folder)
    const needs = declaredBy(folder, json)
    found.set(folder, { name, json, needs })
    waiting.push(...needs)
  }
  // Nobody is brought along by who can do without, but who is there is found by it.
  for (const [folder, { json, needs }] of found) {
    for (const name of Object.keys(json.peerDependencies)) {
      const peer = findPackage(folder, name)
      if (peer !== undefined && found.has(peer)) needs.set(name, peer)
    }
  }
  return found
}
