/** Bundles: apps as they are shipped to agents. What packs them and what takes them in both stand on this. */

export { type AppShape, appShape, describedActors } from './app-shape.js'
export { archiveOf } from './archive.js'
export { BundleError, type BundleErrorCode, bundleErrors, bundleStatus } from './errors.js'
export { type BundleSummary, InstalledBundles, type InstalledBundlesOptions } from './installed.js'
export { bundleLimits } from './limits.js'
export {
  type BundleFile,
  type BundleManifest,
  bundleManifest,
  bytesOf,
  digestOf,
  isDigest,
  manifestBytes,
  manifestIn,
} from './manifest.js'
export { flawOfPath } from './paths.js'
export { type AnchorsOf, type Receiving, receiveBundle } from './receive.js'
export { type BundleTarget, platformHere, targetHere } from './target.js'
