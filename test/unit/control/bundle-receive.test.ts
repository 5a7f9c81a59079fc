import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect } from 'chai'
import fc from 'fast-check'
import { bundleLimits } from '../../../control/bundle/limits.js'
import { type Receiving, receiveBundle } from '../../../control/bundle/receive.js'
import { headerOf } from '../../../control/bundle/tar-header.js'
import { anchorOf, newSigner } from '../../../ports/security/index.js'
import { rejectionOf } from '../../rejection.js'
import {
  appKey,
  type BundleForTests,
  bundleForTests,
  headerWith,
  pieces,
  TEXTS,
  tarOf,
} from '../../support/bundles.js'

const here = { node: '20.19.1', quorate: '0.1.3', platform: 'linux-x64' }
const good = bundleForTests()

describe('a bundle that is received', () => {
  let folder = ''
  let into = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'quorate-bundle-'))
    into = mkdtempSync(join(folder, 'b-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  function receive(
    sent: AsyncIterable<Uint8Array> | Buffer,
    { digest, anchor }: BundleForTests = good,
    change: Partial<Receiving> = {},
  ): ReturnType<typeof receiveBundle> {
    const all = { digest, anchorsOf: async () => [anchor], into, here, ...change }
    return receiveBundle(Buffer.isBuffer(sent) ? pieces(sent) : sent, all)
  }

  /** The code with which it is refused; nothing of it is left anywhere. */
  async function refused(...args: Parameters<typeof receive>): Promise<unknown> {
    const error = await rejectionOf(receive(...args))
    expect(readdirSync(into)).to.deep.equal([])
    expect(readdirSync(folder)).to.have.length(1)
    expect(error).to.have.property('name', 'BundleError')
    return 'code' in error ? error.code : undefined
  }

  const tampered = (entries: Parameters<typeof tarOf>[0]): Buffer => gzipSync(tarOf(entries))

  it('is there as it was packed, for its user’s eyes', async () => {
    expect(await receive(good.sent)).to.deep.equal(good.manifest)
    expect(readdirSync(into)).to.deep.equal([good.digest])
    const files = join(into, good.digest, 'files')
    for (const [path, text] of Object.entries(TEXTS)) {
      expect(readFileSync(join(files, path), 'utf8')).to.equal(text)
      expect(statSync(join(files, path)).mode & 0o777).to.equal(0o600)
    }
    expect(statSync(join(files, 'node_modules')).mode & 0o777).to.equal(0o700)
    expect(readFileSync(join(into, good.digest, 'manifest.json'))).to.deep.equal(good.entries[0]?.content)
  })

  it('is the same where it comes byte by byte, and where a damaged one was', async () => {
    await receive(good.sent)
    rmSync(join(into, good.digest, 'files', 'app.mjs'))
    await receive(pieces(good.sent, 1))
    expect(readdirSync(into)).to.deep.equal([good.digest])
    expect(readFileSync(join(into, good.digest, 'files', 'app.mjs'), 'utf8')).to.equal(TEXTS['app.mjs'])
  })

  it('is refused where any byte of it is another', async function () {
    this.timeout(60_000)
    await fc.assert(
      fc.asyncProperty(fc.nat(good.tar.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const tar = Buffer.from(good.tar)
        tar[at] = (tar[at] ?? 0) ^ flip
        await refused(gzipSync(tar, { level: 1 }))
      }),
      { numRuns: 300 },
    )
  })

  it('is refused, or the same, where any byte is another on its way', async function () {
    this.timeout(60_000)
    await fc.assert(
      fc.asyncProperty(fc.nat(good.sent.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const sent = Buffer.from(good.sent)
        sent[at] = (sent[at] ?? 0) ^ flip
        const manifest = await receive(sent).catch(() => undefined)
        if (manifest) expect(manifest).to.deep.equal(good.manifest)
        expect(readdirSync(into)).to.deep.equal(manifest ? [good.digest] : [])
        rmSync(join(into, good.digest), { recursive: true, force: true })
      }),
      { numRuns: 300 },
    )
  })

  it('is refused where it ends early, wherever', async function () {
    this.timeout(60_000)
    for (let length = 0; length < good.sent.length; length += 7) {
      expect(await refused(good.sent.subarray(0, length)), `${length}`).to.equal('bundle-cut')
    }
    for (let length = 0; length < good.tar.length; length += 131) {
      const code = await refused(gzipSync(good.tar.subarray(0, length), { level: 1 }))
      expect(code, `${length}`).to.equal('bundle-cut')
    }
  })

  it('is refused where its sender falls silent, or breaks off', async () => {
    async function* silent(): AsyncGenerator<Uint8Array> {
      yield good.sent.subarray(0, 300)
      await new Promise(() => undefined)
    }
    expect(await refused(silent(), good, { idleMs: 20 })).to.equal('bundle-cut')
    // biome-ignore lint/correctness/useYield: it breaks off before it says anything.
    async function* broken(): AsyncGenerator<Uint8Array> {
      throw new Error('aborted')
    }
    expect(await refused(broken())).to.equal('bundle-cut')
  })

  it('is refused where its entries are not those of its manifest, in their order', async () => {
    const [manifest, signature, app, ...rest] = good.entries
    if (!manifest || !signature || !app) return expect.fail()
    const extra = { path: 'zz.txt', content: Buffer.from('zz') }
    const renamed = { ...app, path: '../app.mjs' }
    for (const entries of [
      [signature, manifest, app, ...rest],
      [manifest, app, signature, ...rest],
      [manifest, signature, ...rest, app],
      [manifest, signature, app, app, ...rest],
      [manifest, signature, app],
      [manifest, signature, app, ...rest, extra],
      [manifest, signature, extra, app, ...rest],
      [manifest, signature, renamed, ...rest],
      [manifest, app, ...rest],
      [app, ...rest],
      [],
    ]) {
      expect(await refused(tampered(entries))).to.be.oneOf(['bundle-altered', 'bundle-cut'])
    }
    expect(await refused(gzipSync(Buffer.concat([good.tar, Buffer.alloc(1)])))).to.equal('bundle-altered')
    expect(await refused(Buffer.concat([good.sent, gzipSync('more')]))).to.equal('bundle-altered')
    expect(await refused(Buffer.from('no gzip at all'))).to.equal('bundle-altered')
  })

  it('is refused where an entry is no file, or another header says more', async () => {
    const [manifest, signature, app, ...rest] = good.entries
    if (!manifest || !signature || !app) return expect.fail()
    const size = app.content.length
    // Hard link, link, devices, folder, pipe; extended headers of PAX and GNU, and what no standard knows.
    for (const type of ['1', '2', '3', '4', '5', '6', '7', 'x', 'g', 'L', 'K', 'S', 'V', 'Z', '\0']) {
      const odd = { ...app, header: headerWith(app.path, size, type, '/etc/passwd') }
      expect(await refused(tampered([manifest, signature, odd, ...rest])), type).to.equal('bundle-altered')
      const before = { ...odd, content: Buffer.from('30 path=../../../../etc/x\n') }
      const header = headerWith('p', before.content.length, type)
      const all = [manifest, signature, { ...before, header }, app, ...rest]
      expect(await refused(tampered(all)), type).to.equal('bundle-altered')
      expect(await refused(tampered([{ ...before, header }, ...good.entries])), type).to.equal(
        'bundle-altered',
      )
    }
  })

  it('is read no further than it may be', async () => {
    let taken = 0
    const counted = async function* (bytes: Buffer): AsyncGenerator<Uint8Array> {
      for await (const piece of pieces(bytes, 512)) {
        taken += piece.length
        yield piece
      }
    }
    const zeros = Buffer.alloc(64 * 1024 * 1024)
    const bomb = gzipSync(zeros)
    expect(await refused(counted(bomb))).to.equal('bundle-altered')
    expect(taken).to.be.below(bomb.length / 2)
    taken = 0
    const head = tarOf(good.entries.slice(0, 2)).subarray(0, -1024)
    const longer = gzipSync(Buffer.concat([head, headerOf('app.mjs', TEXTS['app.mjs']?.length ?? 0), zeros]))
    expect(await refused(counted(longer))).to.equal('bundle-altered')
    expect(taken).to.be.below(longer.length / 2)
    taken = 0
    const huge = gzipSync(Buffer.concat([headerOf('manifest.json', 0o77777777777), zeros]))
    expect(await refused(counted(huge))).to.equal('bundle-too-large')
    expect(taken).to.be.below(huge.length / 2)
  })

  it('is refused where it leads out of its folder, whoever signed it', async () => {
    const { files } = good.manifest
    const at = (path: string): BundleForTests => bundleForTests({ ...TEXTS, [path]: 'x' })
    for (const path of [
      '../evil',
      '/etc/evil',
      'a/../../evil',
      'a\\..\\evil',
      'APP.mjs',
      'node_modules/quorate/x',
    ]) {
      const bad = at(path)
      expect(await refused(bad.sent, bad), path).to.equal('bundle-bad-manifest')
    }
    for (const change of [
      ...[{ entry: 'nope.mjs' }, { app: '../x' }, { files: [] }, { v: 2 }, { quorate: 'keys' }, { more: 1 }],
      ...[{ files: [...files].reverse() }, { files: [...files, ...files] }, { sequence: -1 }, { actors: [] }],
      ...[{ files: [{ ...files[0], bytes: -1 }] }, { needs: {} }, { platform: 'a/b' }, { sequence: 1e300 }],
    ]) {
      const bad = bundleForTests(TEXTS, change)
      expect(await refused(bad.sent, bad), JSON.stringify(change)).to.equal('bundle-bad-manifest')
    }
    const big = { bytes: bundleLimits.bytes, sha256: '0'.repeat(64) }
    const large = bundleForTests(TEXTS, {
      files: [
        { ...big, path: 'app.mjs' },
        { ...big, path: 'b' },
      ],
    })
    expect(await refused(large.sent, large)).to.equal('bundle-too-large')
  })

  it('is refused where it is not the one that was announced', async () => {
    expect(await refused(good.sent, { ...good, digest: '0'.repeat(64) })).to.equal('bundle-altered')
  })

  it('is refused where nobody who is trusted signed it', async () => {
    const other = newSigner()
    const trusts = (...anchors: (typeof good.anchor)[]): Partial<Receiving> => ({
      anchorsOf: async () => anchors,
    })
    expect(await refused(good.sent, good, trusts())).to.equal('bundle-unsigned')
    expect(await refused(good.sent, good, trusts(anchorOf(other.publicKey)))).to.equal('bundle-unsigned')
    const ended = { ...good.anchor, until: 1000 }
    expect(await refused(good.sent, good, trusts(ended))).to.equal('bundle-unsigned')
    const [manifest, signature, ...rest] = good.entries
    if (!manifest || !signature) return expect.fail()
    for (const content of [
      Buffer.alloc(64),
      other.sign('quorate bundle 1', manifest.content),
      // The right key, for another purpose.
      appKey.sign('quorate record 1', manifest.content),
    ]) {
      const sent = tampered([manifest, { ...signature, content }, ...rest])
      expect(await refused(sent, good, trusts(good.anchor))).to.equal('bundle-unsigned')
    }
    const soon = { ...good.anchor, until: Date.now() / 1000 + 3600 }
    await receive(good.sent, good, trusts(anchorOf(other.publicKey), soon))
  })

  it('is asked about by the app that it says it is of', async () => {
    const asked: string[] = []
    const mine = async (app: string) => {
      asked.push(app)
      return app === 'plant' ? [good.anchor] : []
    }
    expect(await refused(good.sent, good, { anchorsOf: mine })).to.equal('bundle-unsigned')
    expect(asked).to.deep.equal(['cell'])
  })

  it('is refused where it is for another host', async () => {
    const of = (change: Readonly<Record<string, unknown>>): Promise<unknown> => {
      const bundle = bundleForTests(TEXTS, change)
      return refused(bundle.sent, bundle)
    }
    expect(await of({ platform: 'linux-arm64' })).to.equal('bundle-wrong-target')
    expect(await of({ needs: { node: '22.0.0', quorate: '0.1.0' } })).to.equal('bundle-wrong-target')
    expect(await of({ needs: { node: '20.19.0', quorate: '0.1.4' } })).to.equal('bundle-wrong-target')
    expect(await of({ needs: { node: '20.19.0', quorate: '0.0.9' } })).to.equal('bundle-wrong-target')
    const fit = bundleForTests(TEXTS, { platform: 'linux-x64', needs: { node: '20.19.1', quorate: '0.1.3' } })
    await receive(fit.sent, fit)
  })

  it('is refused where it cannot be written', async () => {
    const error = await rejectionOf(receive(good.sent, good, { into: join(folder, 'nope') }))
    expect(error).to.include({ code: 'bundle-not-kept', retryable: true })
  })
})
