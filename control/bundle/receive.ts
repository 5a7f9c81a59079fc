/**
 * A bundle that somebody sends: every byte is outside of the trust boundary until it has proved to be what an
 * app key has signed. From the manifest on it is known which bytes have to come; the first other one ends it.
 */
import { type Anchor, anchorBytes, isEnded, isSignedBy, SIGNATURE_BYTES } from '../../ports/security/index.js'
import { MANIFEST, PURPOSE, SIGNATURE } from './archive.js'
import { ByteSource } from './byte-source.js'
import { BundleDraft } from './draft.js'
import { BundleError } from './errors.js'
import { bundleLimits } from './limits.js'
import { type BundleManifest, digestOf, manifestIn } from './manifest.js'
import { BLOCK_BYTES, headerOf, paddingOf, sizeIn, TRAILER } from './tar-header.js'
import { type BundleTarget, requireTarget } from './target.js'
import { unzipped } from './unzipped.js'

/** Whom a host trusts for an app; none where that is nobody. */
export type AnchorsOf = (app: string) => Promise<readonly Anchor[]>

export interface Receiving {
  /** Of the bundle that is to come. */
  readonly digest: string
  readonly anchorsOf: AnchorsOf
  /** The folder of bundles, where it becomes the folder that is named after its digest. */
  readonly into: string
  readonly here: BundleTarget
  readonly idleMs?: number
}

/**
 * Takes a bundle in: whole, or nothing of it. Runs nothing that is in it.
 * @throws BundleError with what is wrong.
 */
export async function receiveBundle(
  sent: AsyncIterable<Uint8Array>,
  { digest, anchorsOf, into, here, idleMs = bundleLimits.idleMs }: Receiving,
): Promise<BundleManifest> {
  const source = new ByteSource(unzipped(sent, idleMs))
  try {
    const bytes = await manifestFrom(source, digest)
    const manifest = manifestIn(bytes)
    const signature = await signatureFrom(source)
    requireSigned(manifest, bytes, signature, await anchorsOf(manifest.app))
    requireTarget(manifest, here)
    const draft = await BundleDraft.make(into, digest, manifest)
    try {
      await draft.write(MANIFEST, bytes)
      await draft.write(SIGNATURE, signature)
      await takeFiles(draft, manifest, source)
      await draft.keep()
    } catch (error) {
      await draft.remove()
      throw error
    }
    return manifest
  } finally {
    await source.close()
  }
}

async function manifestFrom(source: ByteSource, digest: string): Promise<Buffer> {
  const header = await source.bytes(BLOCK_BYTES)
  const size = sizeIn(header)
  if (size === undefined || !header.equals(headerOf(MANIFEST, size))) {
    throw altered(`it does not begin with ${MANIFEST}`)
  }
  if (size > bundleLimits.manifestBytes) {
    const text = `the manifest of the bundle has ${size} bytes; ${bundleLimits.manifestBytes} is the most`
    throw new BundleError('bundle-too-large', text)
  }
  const bytes = await source.bytes(size)
  await requirePadding(source, size)
  if (digestOf(bytes) === digest) return bytes
  throw altered(`its digest is ${digestOf(bytes)}, and ${digest} was announced`)
}

async function signatureFrom(source: ByteSource): Promise<Buffer> {
  await requireNext(source, headerOf(SIGNATURE, SIGNATURE_BYTES), SIGNATURE)
  const signature = await source.bytes(SIGNATURE_BYTES)
  await requirePadding(source, SIGNATURE_BYTES)
  return signature
}

function requireSigned(
  { app }: BundleManifest,
  bytes: Uint8Array,
  signature: Uint8Array,
  anchors: readonly Anchor[],
): void {
  const get = `quorate keys anchors ${app} --out FILE where its app key is`
  const way = `${get}, then quorate agent --trust FILE here`
  if (anchors.length === 0) throw unsigned(`this host trusts nobody for the app ${app}; ${way}`)
  const by = anchors.find((anchor) => isSignedBy(anchorBytes(anchor), PURPOSE, bytes, signature))
  if (!by) throw unsigned(`the bundle of ${app} is signed by nobody whom this host trusts for it; ${way}`)
  if (!isEnded(by, Date.now() / 1000)) return
  const until = new Date((by.until ?? 0) * 1000).toISOString()
  throw unsigned(`the bundle of ${app} is signed by a key that was trusted until ${until}; pack it anew`)
}

async function takeFiles(draft: BundleDraft, { files }: BundleManifest, source: ByteSource): Promise<void> {
  for (const file of files) {
    const { path, bytes } = file
    await requireNext(source, headerOf(path, bytes), path)
    await draft.take(file, source.pieces(bytes))
    await requirePadding(source, bytes)
  }
  await requireNext(source, TRAILER, 'its end')
  if (!(await source.isAtEnd())) throw altered('there is more behind its end')
}

async function requireNext(source: ByteSource, expected: Buffer, what: string): Promise<void> {
  if ((await source.bytes(expected.length)).equals(expected)) return
  throw altered(`there is something else where ${what} should be`)
}

async function requirePadding(source: ByteSource, bytes: number): Promise<void> {
  const padding = await source.bytes(paddingOf(bytes))
  if (padding.some((byte) => byte !== 0)) throw altered('there is something between its files')
}

function altered(why: string): BundleError {
  return new BundleError('bundle-altered', `the bundle is not as it was packed: ${why}; send it again`)
}

function unsigned(why: string): BundleError {
  return new BundleError('bundle-unsigned', why)
}
