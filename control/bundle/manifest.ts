/**
 * What a bundle says of itself. Its bytes are what is signed, and their SHA-256 is the bundle's digest: by
 * the hashes of the files it stands for every byte that is in there.
 */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { isAppName } from '../../ports/index.js'
import { describedActors, describedGroups, describedMessages } from './app-shape.js'
import { BundleError } from './errors.js'
import { bundleLimits } from './limits.js'
import { flawOfPaths } from './paths.js'

const SHA256 = /^[0-9a-f]{64}$/
const VERSION = /^\d{1,9}\.\d{1,9}\.\d{1,9}$/

const file = z.strictObject({
  /** From the bundle's folder, parts separated by `/`. */
  path: z.string(),
  bytes: z.int().min(0).max(bundleLimits.bytes),
  sha256: z.string().regex(SHA256),
})

/** The form of a manifest; what it cannot say is said by manifestIn(). */
export const bundleManifest = z.strictObject({
  quorate: z.literal('bundle'),
  v: z.literal(1),
  app: z.string().refine(isAppName, 'is no name of an app'),
  version: z.string().max(128),
  /** Grows with each bundle that is made of an app. */
  sequence: z.int().min(0),
  /** When it was made, in milliseconds since 1970. */
  made: z.int().min(0),
  /** The module that exports the app; one of the files. */
  entry: z.string(),
  /** The least versions with which it runs. */
  needs: z.strictObject({ node: z.string().regex(VERSION), quorate: z.string().regex(VERSION) }),
  /** `linux-x64`, where something in it runs there alone. */
  platform: z
    .string()
    .regex(/^[a-z0-9]+-[a-z0-9]+$/)
    .max(64)
    .optional(),
  files: z.array(file).min(1).max(bundleLimits.files),
  actors: describedActors,
  groups: describedGroups,
  messages: describedMessages,
})

export type BundleManifest = z.infer<typeof bundleManifest>
export type BundleFile = BundleManifest['files'][number]

/** The bytes that are signed. */
export function manifestBytes(manifest: BundleManifest): Buffer {
  return Buffer.from(`${JSON.stringify(manifest)}\n`)
}

/** The SHA-256 of a manifest's bytes, in hex. */
export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Whether a text may be the digest of a bundle: then it is the name of a folder, and no way out of one. */
export function isDigest(text: string): boolean {
  return SHA256.test(text)
}

/** Bytes of all files. */
export function bytesOf({ files }: Pick<BundleManifest, 'files'>): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0)
}

/** The manifest that bytes are. Total. @throws BundleError `bundle-bad-manifest`, `bundle-too-large`. */
export function manifestIn(bytes: Uint8Array): BundleManifest {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw bad('it is no JSON', cause)
  }
  const read = bundleManifest.safeParse(value)
  if (!read.success) {
    const [flaw] = read.error.issues
    throw bad(`${flaw?.path.slice(0, 4).join('.') || 'it'}: ${flaw?.message ?? 'it is none'}`)
  }
  const manifest = read.data
  const flaw = flawIn(manifest)
  if (flaw) throw bad(flaw)
  const bytesInAll = bytesOf(manifest)
  if (bytesInAll <= bundleLimits.bytes) return manifest
  const text = `the files of ${manifest.app} have ${bytesInAll} bytes, and ${bundleLimits.bytes} is the most`
  throw new BundleError('bundle-too-large', text)
}

function flawIn({ files, entry, actors, groups, messages }: BundleManifest): string | undefined {
  const flaw = flawOfPaths(files.map(({ path }) => path))
  if (flaw) return flaw
  if (!files.some(({ path }) => path === entry)) return `entry: there is no file ${JSON.stringify(entry)}`
  const named = [actors, groups, messages, ...Object.values(actors), ...Object.values(groups).map(timingOf)]
  if (named.some((each) => Object.keys(each).length > bundleLimits.names)) return 'it has too many names'
  return undefined
}

function timingOf({ timing }: BundleManifest['groups'][string]): object {
  return timing
}

function bad(why: string, cause?: unknown): BundleError {
  const way = 'have it packed anew, by a quorate of this version'
  return new BundleError('bundle-bad-manifest', `the manifest of the bundle: ${why}; ${way}`, { cause })
}
