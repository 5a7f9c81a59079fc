/**
 * A bundle as it travels: gzip of a tar, whose entries are, in this order, `manifest.json`, `signature`, and
 * the files of the manifest. So `tar tzf` shows what is in it.
 */
import { createHash } from 'node:crypto'
import type { Signer } from '../../ports/security/index.js'
import { BundleError } from './errors.js'
import { bundleLimits } from './limits.js'
import { type BundleFile, type BundleManifest, manifestBytes, manifestIn } from './manifest.js'
import { headerOf, paddingOf, TRAILER } from './tar-header.js'

export const MANIFEST = 'manifest.json'
export const SIGNATURE = 'signature'
export const PURPOSE = 'quorate bundle 1'

/** The tar of a bundle, not compressed. @throws BundleError `bundle-not-packed`, `bundle-too-large`. */
export async function* archiveOf(
  manifest: BundleManifest,
  appKey: Signer,
  contentOf: (file: BundleFile) => Promise<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const bytes = manifestBytes(manifest)
  if (bytes.length > bundleLimits.manifestBytes) {
    const most = `${bundleLimits.manifestBytes} bytes is the most that it may have`
    const text = `the manifest of ${manifest.app} has ${bytes.length} bytes, and ${most}; ship fewer files`
    throw new BundleError('bundle-too-large', text)
  }
  // What nobody would take is better refused here.
  manifestIn(bytes)
  yield* entry(MANIFEST, bytes)
  yield* entry(SIGNATURE, appKey.sign(PURPOSE, bytes))
  for (const file of manifest.files) {
    const content = await contentOf(file)
    if (createHash('sha256').update(content).digest('hex') !== file.sha256) {
      throw new BundleError('bundle-not-packed', `${file.path} changed while it was packed; pack again`)
    }
    yield* entry(file.path, content)
  }
  yield TRAILER
}

function* entry(path: string, content: Uint8Array): Generator<Uint8Array> {
  yield headerOf(path, content.length)
  if (content.length > 0) yield content
  const padding = paddingOf(content.length)
  if (padding > 0) yield Buffer.alloc(padding)
}
