/** Bundles for tests, made in memory: as they are to be, and with any part of them as it must not be. */
import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { PURPOSE } from '../../control/bundle/archive.js'
import { type BundleManifest, digestOf } from '../../control/bundle/manifest.js'
import { headerOf, paddingOf, TRAILER } from '../../control/bundle/tar-header.js'
import { type Anchor, anchorOf, newSigner, type Signer } from '../../ports/security/index.js'

export interface BundleForTests {
  readonly digest: string
  readonly manifest: BundleManifest
  /** What stands in it, entry by entry, before it is joined. */
  readonly entries: readonly TarEntry[]
  /** The tar of the entries, and that as it is sent. */
  readonly tar: Buffer
  readonly sent: Buffer
  /** Of who has signed it. */
  readonly anchor: Anchor
}

export interface TarEntry {
  readonly path: string
  readonly content: Buffer
  /** In place of the header that it should have. */
  readonly header?: Buffer
}

/** Who signs them unless told. */
export const appKey = newSigner()

export const TEXTS: Readonly<Record<string, string>> = {
  'app.mjs': 'export default 1\n',
  'data/empty.txt': '',
  'data/long.txt': 'x'.repeat(1500),
  'node_modules/a/index.js': 'module.exports = 1\n',
}

/** @param change of the manifest, before it is signed. */
export function bundleForTests(
  texts: Readonly<Record<string, string>> = TEXTS,
  change: Readonly<Record<string, unknown>> = {},
  by: Signer = appKey,
): BundleForTests {
  const all = Object.entries(texts).sort(([one], [other]) => (one < other ? -1 : 1))
  const files = all.map(([path, text]) => {
    const content = Buffer.from(text)
    return { path, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') }
  })
  const manifest: BundleManifest = {
    ...{ quorate: 'bundle', v: 1, app: 'cell', version: '1', sequence: 7, made: 7, entry: 'app.mjs' },
    needs: { node: '20.19.0', quorate: '0.1.0' },
    ...{ files, actors: {}, groups: {}, messages: {} },
    ...change,
  }
  const bytes = Buffer.from(`${JSON.stringify(manifest)}\n`)
  const entries: TarEntry[] = [
    { path: 'manifest.json', content: bytes },
    { path: 'signature', content: by.sign(PURPOSE, bytes) },
    ...all.map(([path, text]) => ({ path, content: Buffer.from(text) })),
  ]
  const tar = tarOf(entries)
  const digest = digestOf(bytes)
  return { digest, manifest, entries, tar, sent: gzipSync(tar), anchor: anchorOf(by.publicKey) }
}

export function tarOf(entries: readonly TarEntry[]): Buffer {
  const parts = entries.flatMap(({ path, content, header = headerOf(path, content.length) }) => {
    return [header, content, Buffer.alloc(paddingOf(content.length))]
  })
  return Buffer.concat([...parts, TRAILER])
}

/** A header with another type, size or link, and the checksum that fits it. */
export function headerWith(path: string, bytes: number, type: string, link = ''): Buffer {
  const header = headerOf(path, bytes)
  header.write(type, 156, 'latin1')
  header.write(link, 157, 'latin1')
  header.write('        ', 148, 'latin1')
  const sum = header.reduce((all, byte) => all + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return header
}

/** In pieces of so many bytes, as a network has it. */
export async function* pieces(bytes: Buffer, size = 1000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
