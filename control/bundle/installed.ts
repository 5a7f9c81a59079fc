/**
 * The bundles of a host, each in a folder that is named after its digest:
 *
 *     <digest>/manifest.json, signature, files/…     as they came
 *     node_modules/quorate                           a link to the quorate of this host, which all import
 *     .<digest>.<random>                             one that is being received, or removed
 */
import { createHash, randomBytes } from 'node:crypto'
import {
  createReadStream,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { messageOf } from '../../ports/index.js'
import { MANIFEST } from './archive.js'
import { draftPath, FILES, removeDrafts } from './draft.js'
import { BundleError } from './errors.js'
import { bundleLimits } from './limits.js'
import { type BundleFile, type BundleManifest, bytesOf, digestOf, isDigest, manifestIn } from './manifest.js'
import { type AnchorsOf, receiveBundle } from './receive.js'
import { targetHere } from './target.js'

export interface InstalledBundlesOptions {
  /** The folder of this package, and its version. */
  readonly quorate: { readonly folder: string; readonly version: string }
  readonly anchorsOf: AnchorsOf
}

/** What is told of a bundle without its manifest. */
export interface BundleSummary {
  readonly digest: string
  readonly app: string
  readonly version: string
  readonly sequence: number
  readonly madeMs: number
  readonly bytes: number
}

export class InstalledBundles {
  readonly #folder: string
  readonly #options: InstalledBundlesOptions
  readonly #known = new Map<string, BundleSummary>()
  /** Those whose files were looked at since this process began. */
  readonly #checked = new Set<string>()
  readonly #receiving = new Set<string>()

  /** @throws BundleError `bundle-not-kept`. */
  constructor(folder: string, options: InstalledBundlesOptions) {
    this.#folder = folder
    this.#options = options
    kept(folder, () => mkdirSync(join(folder, 'node_modules'), { recursive: true, mode: 0o700 }))
  }

  /** Knows what there is, and removes what was never finished. @throws BundleError `bundle-not-kept`. */
  async open(): Promise<void> {
    await removeDrafts(this.#folder)
    kept(this.#folder, () => this.#link())
    for (const digest of readdirSync(this.#folder).filter(isDigest)) {
      const bytes = this.#read(digest)
      if (bytes) this.#known.set(digest, summaryOf(digest, manifestIn(bytes)))
    }
  }

  /** By digest, in no order. */
  get all(): ReadonlyMap<string, BundleSummary> {
    return this.#known
  }

  /** @throws BundleError `bundle-unknown`. */
  manifest(digest: string): BundleManifest {
    return manifestIn(this.bytes(digest))
  }

  /** The manifest as it was signed. @throws BundleError `bundle-unknown`. */
  bytes(digest: string): Buffer {
    const bytes = this.#known.has(digest) ? this.#read(digest) : undefined
    if (bytes) return bytes
    throw new BundleError('bundle-unknown', `no bundle ${digest} is installed here; send it: quorate deploy`)
  }

  /** Takes one in; where it is there, nothing is read. @throws BundleError. */
  async receive(digest: string, sent: AsyncIterable<Uint8Array>): Promise<BundleSummary> {
    if (this.#known.has(digest)) await this.#discardDamaged(digest)
    const known = this.#known.get(digest)
    if (known) return known
    if (this.#known.size >= bundleLimits.installed) {
      throw new BundleError(
        'bundle-full',
        `${this.#known.size} bundles are installed; remove one that is old`,
      )
    }
    if (this.#receiving.size >= bundleLimits.receiving || this.#receiving.has(digest)) {
      const others = [...this.#receiving].join(' and ')
      throw new BundleError('bundle-full', `${others} come just now; send this one when they are there`)
    }
    this.#receiving.add(digest)
    try {
      const { anchorsOf, quorate } = this.#options
      const here = targetHere(quorate.version)
      const manifest = await receiveBundle(sent, { digest, anchorsOf, here, into: this.#folder })
      const summary = summaryOf(digest, manifest)
      this.#known.set(digest, summary)
      this.#checked.add(digest)
      return summary
    } finally {
      this.#receiving.delete(digest)
    }
  }

  /**
   * The module of a bundle that exports the app, when all of its files were found to be what was signed.
   * @throws BundleError `bundle-unknown`, `bundle-altered`.
   */
  async moduleOf(digest: string): Promise<string> {
    const { entry } = this.manifest(digest)
    await this.#check(digest)
    return join(this.#folder, digest, FILES, entry)
  }

  /** Resolves when it is gone; from the first moment on it is not there. @throws BundleError. */
  async remove(digest: string): Promise<void> {
    this.manifest(digest)
    await this.#away(digest)
  }

  async #away(digest: string): Promise<void> {
    const draft = draftPath(this.#folder, digest)
    this.#known.delete(digest)
    this.#checked.delete(digest)
    kept(this.#folder, () => renameSync(join(this.#folder, digest), draft))
    await rm(draft, { recursive: true, force: true })
  }

  async #discardDamaged(digest: string): Promise<void> {
    try {
      await this.#check(digest)
    } catch {
      if (this.#known.has(digest)) await this.#away(digest)
    }
  }

  async #check(digest: string): Promise<void> {
    if (this.#checked.has(digest)) return
    for (const file of this.manifest(digest).files) {
      if (await this.#isAsSigned(digest, file)) continue
      const text = `${file.path} of the bundle ${digest} is not what was signed any more`
      throw new BundleError('bundle-altered', `${text}; send the bundle again: quorate deploy`)
    }
    this.#checked.add(digest)
  }

  async #isAsSigned(digest: string, { path, sha256 }: BundleFile): Promise<boolean> {
    const hash = createHash('sha256')
    try {
      await pipeline(createReadStream(join(this.#folder, digest, FILES, path)), hash)
    } catch {
      return false
    }
    return hash.digest('hex') === sha256
  }

  /** Undefined where it is not what it was when it was taken in. */
  #read(digest: string): Buffer | undefined {
    try {
      const bytes = readFileSync(join(this.#folder, digest, MANIFEST))
      return digestOf(bytes) === digest ? bytes : undefined
    } catch {
      return undefined
    }
  }

  /** In place of the one that an agent before it has made, whose quorate may have been another. */
  #link(): void {
    const modules = join(this.#folder, 'node_modules')
    const link = join(modules, 'quorate')
    // On a full disk an agent has to start, too.
    if (lstatSync(link, { throwIfNoEntry: false }) && readlinkSync(link) === this.#options.quorate.folder)
      return
    const draft = join(modules, `.${randomBytes(8).toString('hex')}`)
    for (const name of readdirSync(modules)) if (name.startsWith('.')) rmSync(join(modules, name))
    symlinkSync(this.#options.quorate.folder, draft, 'dir')
    renameSync(draft, link)
  }
}

function summaryOf(digest: string, manifest: BundleManifest): BundleSummary {
  const { app, version, sequence, made } = manifest
  return { digest, app, version, sequence, madeMs: made, bytes: bytesOf(manifest) }
}

function kept(folder: string, work: () => void): void {
  try {
    work()
  } catch (cause) {
    throw new BundleError('bundle-not-kept', `cannot write to ${folder}: ${messageOf(cause)}`, { cause })
  }
}
