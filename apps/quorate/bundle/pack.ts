/** Makes the bundle of an app: its sources in one module, the packages that they need, and what it ships. */
import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { realpath, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import {
  archiveOf,
  BundleError,
  type BundleFile,
  type BundleManifest,
  digestOf,
  manifestBytes,
  platformHere,
} from '../../../control/bundle/index.js'
import { messageOf } from '../../../ports/index.js'
import { keyFolderOf, requireAppKey } from '../../../ports/security/index.js'
import { describeModule } from '../agent/app-description.js'
import { requireAppFile } from '../app-file.js'
import { compileApp } from '../compile.js'
import { ownPackage } from '../new/own-package.js'
import { collect } from './collect.js'
import { contentOf, filesOf } from './contents.js'

export interface Packing {
  readonly appFile: string
  /** The file that becomes the bundle; `<app>.qb` in this folder unless told. */
  readonly out?: string
  /** The folder of the app's keys; '' for the one that it has unless told. */
  readonly keys?: string
  /** Milliseconds since 1970 unless told. */
  readonly sequence?: number
  /** When it was made, in milliseconds since 1970: now, unless it is to be one that was made before. */
  readonly made?: number
  /** Patterns of files that go with it, besides those of `quorate.files` in its package.json. */
  readonly files?: readonly string[]
}

export interface PackedBundle {
  readonly path: string
  readonly digest: string
  readonly manifest: BundleManifest
  /** What whoever ships it should know. */
  readonly warnings: readonly string[]
}

/** The least Node that quorate runs with. */
const LEAST_NODE = '20.19.0'

/**
 * Makes a bundle. The same sources, packages and files give the same bundle, but for its number and time.
 * @throws BundleError; KeyError where the app key is not here; CommandFailure where it does not compile.
 */
export async function packBundle(packing: Packing): Promise<PackedBundle> {
  const { appFile, keys = '', sequence, made, files = [] } = packing
  await requireAppFile(appFile)
  // Where the sources are for whoever resolves what they import.
  const path = await realpath(appFile)
  const app = await describeModule(await compileApp(path, 'deploy'), path)
  const madeMs = Date.now()
  const folder = keyFolderOf(app.name, keys === '' ? {} : { folder: keys })
  const { appKey } = await requireAppKey(folder, app.name, madeMs)
  const { entry, contents, isBound, warnings } = await collect(path, files)
  const { version } = await ownPackage()
  const { name, version: appVersion, untold, ...shape } = app
  const manifest: BundleManifest = {
    ...{ quorate: 'bundle', v: 1, app: name, version: appVersion },
    ...{ sequence: sequence ?? madeMs, made: made ?? madeMs, entry },
    needs: { node: LEAST_NODE, quorate: version },
    ...(isBound && { platform: platformHere() }),
    files: await filesOf(contents),
    ...shape,
  }
  const read = async ({ path: each }: BundleFile): Promise<Uint8Array> => contentOf(contents.get(each))
  const out = packing.out ?? `${name}.qb`
  await write(out, archiveOf(manifest, appKey, read))
  return {
    path: out,
    digest: digestOf(manifestBytes(manifest)),
    manifest,
    warnings: [...untold, ...warnings],
  }
}

/** Whole, or not at all. */
async function write(out: string, archive: AsyncIterable<Uint8Array>): Promise<void> {
  const draft = join(dirname(out), `.${randomBytes(8).toString('hex')}.qb`)
  try {
    await pipeline(
      Readable.from(archive),
      createGzip(),
      createWriteStream(draft, { flags: 'wx', mode: 0o600 }),
    )
    await rename(draft, out)
  } catch (cause) {
    await rm(draft, { force: true })
    if (cause instanceof BundleError) throw cause
    throw new BundleError('bundle-not-packed', `${out} cannot be written: ${messageOf(cause)}`, { cause })
  }
}
