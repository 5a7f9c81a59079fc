import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { InstalledBundles } from '../../../control/bundle/installed.js'
import { bundleLimits } from '../../../control/bundle/limits.js'
import { rejectionOf } from '../../rejection.js'
import { bundleForTests, pieces, TEXTS } from '../../support/bundles.js'

const good = bundleForTests()

describe('the bundles of a host', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'quorate-bundles-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  async function opened(quorate = '/opt/quorate'): Promise<InstalledBundles> {
    const anchorsOf = async () => [good.anchor]
    const bundles = new InstalledBundles(folder, {
      quorate: { folder: quorate, version: '0.1.0' },
      anchorsOf,
    })
    await bundles.open()
    return bundles
  }

  /** All that is in the folder but the link. */
  const there = (): string[] => readdirSync(folder).filter((name) => name !== 'node_modules')

  it('are there after a restart, and what was not finished is not', async () => {
    const before = await opened()
    const summary = await before.receive(good.digest, pieces(good.sent))
    expect(summary).to.include({ digest: good.digest, app: 'cell', sequence: 7 })
    const draft = join(folder, `.${good.digest}.${'0'.repeat(16)}`, 'files')
    mkdirSync(draft, { recursive: true })
    writeFileSync(join(draft, 'app.mjs'), 'half')
    mkdirSync(join(folder, 'something-else'))
    const after = await opened()
    expect(there()).to.have.members([good.digest, 'something-else'])
    expect([...after.all.values()]).to.deep.equal([summary])
    expect(after.manifest(good.digest)).to.deep.equal(good.manifest)
    expect(after.bytes(good.digest)).to.deep.equal(good.entries[0]?.content)
    const module = await after.moduleOf(good.digest)
    expect(readFileSync(module, 'utf8')).to.equal(TEXTS['app.mjs'])
  })

  it('find the quorate of whoever runs them now', async () => {
    await opened('/opt/old')
    symlinkSync('/opt/half', join(folder, 'node_modules', '.left'))
    await opened('/opt/new')
    expect(readdirSync(join(folder, 'node_modules'))).to.deep.equal(['quorate'])
    expect(readlinkSync(join(folder, 'node_modules', 'quorate'))).to.equal('/opt/new')
  })

  it('are not read again where they are there', async () => {
    const bundles = await opened()
    const first = await bundles.receive(good.digest, pieces(good.sent))
    // biome-ignore lint/correctness/useYield: nobody is to ask for anything.
    const unread = async function* (): AsyncGenerator<Uint8Array> {
      expect.fail('it was read')
    }
    expect(await bundles.receive(good.digest, unread())).to.deep.equal(first)
  })

  it('are looked at before they are first run from, and taken in anew where one is damaged', async () => {
    await (await opened()).receive(good.digest, pieces(good.sent))
    const file = join(folder, good.digest, 'files', 'node_modules', 'a', 'index.js')
    writeFileSync(file, 'module.exports = 2\n')
    const bundles = await opened()
    const error = await rejectionOf(bundles.moduleOf(good.digest))
    expect(error).to.include({ code: 'bundle-altered' })
    expect(error.message).to.include('node_modules/a/index.js')
    await bundles.receive(good.digest, pieces(good.sent))
    expect(readFileSync(file, 'utf8')).to.equal('module.exports = 1\n')
    await bundles.moduleOf(good.digest)
    expect(there()).to.deep.equal([good.digest])
  })

  it('are none where their manifest is another', async () => {
    await (await opened()).receive(good.digest, pieces(good.sent))
    writeFileSync(
      join(folder, good.digest, 'manifest.json'),
      JSON.stringify({ ...good.manifest, version: '2' }),
    )
    const bundles = await opened()
    expect([...bundles.all]).to.deep.equal([])
    await bundles.receive(good.digest, pieces(good.sent))
    expect(bundles.manifest(good.digest)).to.deep.equal(good.manifest)
    expect(there()).to.deep.equal([good.digest])
  })

  it('are gone when they are removed', async () => {
    const bundles = await opened()
    await bundles.receive(good.digest, pieces(good.sent))
    await bundles.remove(good.digest)
    expect(there()).to.deep.equal([])
    expect(() => bundles.manifest(good.digest))
      .to.throw()
      .with.property('code', 'bundle-unknown')
    expect(await rejectionOf(bundles.moduleOf(good.digest))).to.include({ code: 'bundle-unknown' })
  })

  it('are received so many at once, and each once', async () => {
    const bundles = await opened()
    const ends: (() => void)[] = []
    const held = async function* (): AsyncGenerator<Uint8Array> {
      await new Promise<void>((resolve) => ends.push(resolve))
    }
    const digests = Array.from({ length: bundleLimits.receiving }, (_, index) => `${index}`.repeat(64))
    const receiving = digests.map((digest) => rejectionOf(bundles.receive(digest, held())))
    for (const digest of [good.digest, digests[0] ?? '']) {
      const error = await rejectionOf(bundles.receive(digest, pieces(good.sent)))
      expect(error).to.include({ code: 'bundle-full', retryable: true })
    }
    while (ends.length < digests.length) await new Promise(setImmediate)
    for (const end of ends) end()
    for (const error of await Promise.all(receiving)) expect(error).to.include({ code: 'bundle-cut' })
    await bundles.receive(good.digest, pieces(good.sent))
  })
})
