/**
 * Where packages go in a bundle, so that each file finds by Node's rules the very ones that it found where it
 * was installed: as high as may be, and beside who needs another one than is there. Pure.
 */
import { posix } from 'node:path'
import { BundleError, bundleLimits } from '../../../control/bundle/index.js'

/** What needs packages: each by the name that it is imported by, and the folder that it was found in. */
export interface Needing {
  readonly needs: ReadonlyMap<string, string>
}

/** Sources of the app that need packages. */
export interface Start extends Needing {
  /** Their folder in the bundle; '' for its own. */
  readonly at: string
}

const MODULES = 'node_modules'

/** The folder in which each package lies, by its place in the bundle. @throws BundleError */
export function placesOf(
  starts: readonly Start[],
  packages: ReadonlyMap<string, Needing>,
): ReadonlyMap<string, string> {
  const places = new Map<string, string>()
  // Whoever is above others is served first: what it puts beside itself, they see.
  const waiting = [...starts].sort((one, other) => depthOf(one.at) - depthOf(other.at))
  for (const { at, needs } of waiting) {
    for (const [name, folder] of [...needs].sort(([one], [other]) => (one < other ? -1 : 1))) {
      const seen = placeSeen(places, at, name)
      if (seen !== undefined && places.get(seen) === folder) continue
      const place = posix.join(seen === undefined ? '' : at, MODULES, name)
      if (place.length > bundleLimits.pathBytes || places.size > bundleLimits.files) throw endless(name)
      places.set(place, folder)
      const placed = packages.get(folder)
      if (placed) waiting.push({ at: place, needs: placed.needs })
    }
  }
  return places
}

/** Two packages may each need the other in two versions, which no tree of folders can be. */
function endless(name: string): BundleError {
  const text = `the package ${name} and those that it needs need each other in several versions, without end`
  return new BundleError('bundle-not-packed', `${text}; npm dedupe may help`)
}

/** Where a file finds a package; undefined where it finds none. */
export function placeSeen(
  places: ReadonlyMap<string, string>,
  from: string,
  name: string,
): string | undefined {
  for (let at = from; ; at = posix.dirname(at)) {
    const place = posix.join(at, MODULES, name)
    if (places.has(place)) return place
    if (at === '' || at === '.') return undefined
  }
}

function depthOf(at: string): number {
  return at === '' ? 0 : at.split('/').length
}
