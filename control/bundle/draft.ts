/**
 * A bundle that is being received, in a folder of its own beside those that are installed: whole, and on the
 * disk, it is given its name; before that it is nothing. All is written by names that nobody had before.
 */
import { createHash, randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { mkdir, open, readdir, rename, rm, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { messageOf } from '../../ports/index.js'
import { journalLimits } from '../journal/limits.js'
import { BundleError } from './errors.js'
import { type BundleFile, type BundleManifest, bytesOf } from './manifest.js'

/** Where the files of a bundle are in its folder. */
export const FILES = 'files'
const NEW = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0)
const DRAFT = /^\.[0-9a-f]{64}\.[0-9a-f]{16}$/
/** What a file takes on a disk beside its bytes. */
const OVERHEAD_BYTES = 4096
/** Files of which it is made sure at once that they are on the disk. */
const AT_ONCE = 8

/** Whether a name is that of something unfinished, which nobody will finish. */
export function isDraft(name: string): boolean {
  return DRAFT.test(name)
}

/** The path of a draft that is not there yet. */
export function draftPath(into: string, digest: string): string {
  return join(into, `.${digest}.${randomBytes(8).toString('hex')}`)
}

export class BundleDraft {
  readonly #into: string
  readonly #digest: string
  readonly #path: string
  readonly #folders = new Set<string>()
  readonly #files: string[] = []

  private constructor(into: string, digest: string) {
    this.#into = into
    this.#digest = digest
    this.#path = draftPath(into, digest)
  }

  /** @throws BundleError `bundle-not-kept`, where it does not fit on the disk, too. */
  static async make(into: string, digest: string, manifest: BundleManifest): Promise<BundleDraft> {
    const draft = new BundleDraft(into, digest)
    await kept(into, async () => {
      const { bavail, bsize } = await statfs(into)
      const needed = bytesOf(manifest) + manifest.files.length * OVERHEAD_BYTES
      if (bavail * bsize < needed + journalLimits.reserveBytes) throw new Error('no space left on the disk')
      await mkdir(draft.#path, { mode: 0o700 })
      draft.#folders.add(draft.#path)
    })
    return draft
  }

  /** Writes what the bundle says of itself. @throws BundleError `bundle-not-kept`. */
  async write(name: string, bytes: Uint8Array): Promise<void> {
    await this.#write(name, [bytes])
  }

  /** Writes a file as it comes. @throws BundleError `bundle-altered`, `bundle-not-kept`. */
  async take({ path, sha256 }: BundleFile, pieces: AsyncIterable<Uint8Array>): Promise<void> {
    const hash = createHash('sha256')
    await this.#write(`${FILES}/${path}`, pieces, (piece) => hash.update(piece))
    if (hash.digest('hex') === sha256) return
    const text = `${path} of the bundle is not what was signed; send the bundle again`
    throw new BundleError('bundle-altered', text)
  }

  /** Gives it its name, when all of it is on the disk. @throws BundleError `bundle-not-kept`. */
  async keep(): Promise<void> {
    await kept(this.#path, async () => {
      const waiting = [...this.#files, ...this.#folders]
      const work = async (): Promise<void> => {
        for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) await sync(next)
      }
      await Promise.all(Array.from({ length: AT_ONCE }, work))
      const place = join(this.#into, this.#digest)
      // One that is there is damaged: else nobody would have received it again.
      const damaged = draftPath(this.#into, this.#digest)
      await rename(place, damaged).catch(requireMissing)
      await rename(this.#path, place)
      await sync(this.#into)
      await rm(damaged, { recursive: true, force: true })
    })
  }

  /** Leaves nothing of it. Never rejects. */
  async remove(): Promise<void> {
    await rm(this.#path, { recursive: true, force: true }).catch(() => undefined)
  }

  async #write(
    name: string,
    pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    seen: (piece: Uint8Array) => void = () => undefined,
  ): Promise<void> {
    const path = join(this.#path, name)
    const file = await kept(path, async () => {
      await this.#makeFolder(dirname(path))
      return open(path, NEW, 0o600)
    })
    try {
      for await (const piece of pieces) {
        seen(piece)
        await kept(path, () => file.writeFile(piece))
      }
    } finally {
      await file.close()
    }
    this.#files.push(path)
  }

  async #makeFolder(path: string): Promise<void> {
    if (this.#folders.has(path)) return
    await this.#makeFolder(dirname(path))
    await mkdir(path, { mode: 0o700 })
    this.#folders.add(path)
  }
}

/** Removes what was left unfinished. */
export async function removeDrafts(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (isDraft(name)) await rm(join(folder, name), { recursive: true, force: true })
  }
}

function requireMissing(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

async function kept<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    const text = `cannot write ${path}: ${messageOf(cause)}; nothing of the bundle is installed`
    throw new BundleError('bundle-not-kept', text, { cause })
  }
}
