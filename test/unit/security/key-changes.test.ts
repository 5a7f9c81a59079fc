/** What changes a key folder: carrying keys to another host, taking them back, and making new ones. */
import { randomBytes } from 'node:crypto'
import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import fc from 'fast-check'
import { Admission } from '../../../ports/security/admission.js'
import { ensureKeys } from '../../../ports/security/app-key.js'
import { type Bundle, bundleText, readBundle } from '../../../ports/security/bundle.js'
import { withFolderLock } from '../../../ports/security/folder-lock.js'
import { loadIdentity } from '../../../ports/security/identity.js'
import { importKeys } from '../../../ports/security/import-keys.js'
import { carryKeys, issueKeys } from '../../../ports/security/issue-keys.js'
import { readIssued } from '../../../ports/security/issued.js'
import { keepRevocations } from '../../../ports/security/keep-revocations.js'
import { holderPath, type KeyFolder } from '../../../ports/security/key-folder.js'
import { keyLimits } from '../../../ports/security/key-limits.js'
import { listKeys } from '../../../ports/security/list-keys.js'
import type { RevocationList } from '../../../ports/security/revocation.js'
import { revokeKeys } from '../../../ports/security/revoke-keys.js'
import { rotateAppKey, rotateKeys } from '../../../ports/security/rotate-keys.js'
import { readTrust, type Trust } from '../../../ports/security/trust.js'
import { keyBytesOf } from '../../../ports/security/z85.js'
import { foldersForTests, keyErrorOf } from './folders.js'

const DAY_MS = 86_400_000
const NOW_MS = 1_800_000_000_000

describe('changes of a key folder', () => {
  const newFolder = foldersForTests()

  async function withAppKey(): Promise<KeyFolder> {
    const folder = newFolder()
    await ensureKeys(folder, 'cell')
    return folder
  }

  async function trustIn(folder: KeyFolder): Promise<Trust> {
    const trust = await readTrust(folder)
    if (!trust) throw new Error('no anchors')
    return trust
  }

  async function carried(folder: KeyFolder, actor: string, nowMs = NOW_MS): Promise<Bundle> {
    const file = join(folder.path, `${randomBytes(4).toString('hex')}.keys`)
    await carryKeys(folder, { app: 'cell', actors: [actor], role: 'actor', nowMs }, file)
    const bundle = readBundle(readFileSync(file, 'utf8'))
    if (typeof bundle === 'string') throw new Error(bundle)
    return bundle
  }

  /** Whether an actor of `folder` is let in by one that has learned what `by` trusts. */
  async function isAdmitted(
    folder: KeyFolder,
    actor: string,
    by: KeyFolder,
    nowMs = NOW_MS,
  ): Promise<boolean> {
    const { anchors, revocations } = await trustIn(by)
    const admission = new Admission('cell', anchors)
    if (revocations) admission.revoke(revocations, nowMs)
    const { certificate } = await loadIdentity(folder, 'cell', actor, 'actor', nowMs)
    admission.learn(certificate.bytes, nowMs)
    return admission.decide('ports', keyBytesOf(certificate.key) ?? Buffer.alloc(0), nowMs).admitted
  }

  it('carry a key to another host, where it is used, and does not stay', async () => {
    const [one, other] = [await withAppKey(), newFolder()]
    const bundle = await carried(one, 'Meter')
    expect(existsSync(holderPath(one, 'Meter', 'actor'))).to.equal(false)
    const [imported] = await importKeys(other, bundle, NOW_MS)
    expect(imported).to.deep.include({ file: holderPath(other, 'Meter', 'actor'), isTaken: true })
    expect(statSync(holderPath(other, 'Meter', 'actor')).mode & 0o777).to.equal(0o600)
    expect(await isAdmitted(other, 'Meter', one)).to.equal(true)
    expect(await isAdmitted(one, 'Display', other)).to.equal(true)
    expect(await keyErrorOf(loadIdentity(other, 'cell', 'Display'))).to.match(/^no-key: /)
  })

  it('keep a newer list of what was taken back, and no other', async () => {
    const [one, other] = [await withAppKey(), newFolder()]
    await importKeys(other, await carried(one, 'Meter'), NOW_MS)
    const lists: RevocationList[] = []
    for (const serial of ['a', 'b', 'c']) {
      await revokeKeys(one, 'cell', [serial.repeat(32)], NOW_MS)
      const { revocations } = await trustIn(one)
      if (revocations) lists.push(revocations)
    }
    const [first, second, third] = lists
    if (!first || !second || !third) throw new Error('no lists')
    const keep = async (list: RevocationList): Promise<unknown> => [
      await keepRevocations(other, list, NOW_MS),
      (await readTrust(other))?.revocations?.number,
    ]
    expect(await keep(second)).to.deep.equal([true, 2])
    expect(await keep(second)).to.deep.equal([false, 2])
    expect(await keep(first)).to.deep.equal([false, 2])
    writeFileSync(other.revoked, 'nothing of the kind')
    expect(await keep(first)).to.deep.equal([true, 1])
    await Promise.all([third, second, third].map((list) => keepRevocations(other, list, NOW_MS)))
    expect(await keep(second)).to.deep.equal([false, 3])
    // What it would not believe would keep its actors from starting.
    const strange = await withAppKey()
    expect(await keepRevocations(strange, third, NOW_MS)).to.equal(false)
    expect(existsSync(strange.revoked)).to.equal(false)
    expect(await keyErrorOf(keepRevocations(newFolder(), third, NOW_MS))).to.match(/^keys-not-written: /)
  })

  it('write no bundle over a file, and issue nothing then', async () => {
    const folder = await withAppKey()
    const file = join(folder.path, 'mine')
    writeFileSync(file, 'mine')
    const wanted = { app: 'cell', actors: ['Meter'], role: 'actor', nowMs: NOW_MS } as const
    expect(await keyErrorOf(carryKeys(folder, wanted, file))).to.match(/^key-exists: .* is there already/)
    expect(readFileSync(file, 'utf8')).to.equal('mine')
    expect(await readIssued(folder)).to.deep.equal([])
  })

  it('import nothing of an app key that is not trusted, nor a key that is worth nothing', async () => {
    const [one, other, third] = [await withAppKey(), await withAppKey(), newFolder()]
    const bundle = await carried(one, 'Meter')
    const foreign = await keyErrorOf(importKeys(other, bundle, NOW_MS))
    expect(foreign).to.match(/^foreign-keys: .* trusts another app key .* move that folder away/)
    const late = await keyErrorOf(importKeys(third, bundle, NOW_MS + 366 * DAY_MS))
    expect(late).to.match(/^bad-key-file: the key of Meter was valid until /)
    expect(existsSync(third.anchors)).to.equal(false)
  })

  it('import in any order: the newest key, list and ends of anchors stay', async () => {
    const [one, other] = [await withAppKey(), newFolder()]
    const first = await carried(one, 'Meter')
    await issueKeys(one, { app: 'cell', actors: ['Display'], role: 'actor', nowMs: NOW_MS })
    await revokeKeys(one, 'cell', ['Display'], NOW_MS)
    await rotateAppKey(one, 'cell', [], { nowMs: NOW_MS })
    const second = await carried(one, 'Meter', NOW_MS + 1000)
    await importKeys(other, second, NOW_MS + 2000)
    const [kept] = await importKeys(other, first, NOW_MS + 2000)
    expect(kept?.isTaken).to.equal(false)
    const [trust, expected] = [await trustIn(other), await trustIn(one)]
    expect(trust.anchors).to.deep.equal(expected.anchors)
    expect(trust.revocations?.serials).to.deep.equal(expected.revocations?.serials)
  })

  it('revoke by serial, by its beginning, and by the name of an actor', async () => {
    const folder = await withAppKey()
    const [meter, display] = await issueKeys(folder, {
      ...{ app: 'cell', actors: ['Meter', 'Display', '*'], role: 'actor', nowMs: NOW_MS },
    })
    const away = (await carried(folder, 'Meter')).holders[0]
    if (!meter || !display || !away) throw new Error('no keys')
    const byName = await revokeKeys(folder, 'cell', ['Meter'], NOW_MS)
    const ofMeter = [meter, away].map(({ certificate }) => certificate.serial)
    expect(byName).to.deep.equal({ number: 1, serials: ofMeter })
    const { serial } = display.certificate
    const begun = await revokeKeys(folder, 'cell', [serial.slice(0, 8)], NOW_MS)
    expect(begun).to.deep.equal({ number: 2, serials: [serial] })
    const unknown = randomBytes(16).toString('hex')
    await revokeKeys(folder, 'cell', [unknown], NOW_MS)
    const { revocations } = await trustIn(folder)
    expect(revocations).to.deep.include({ number: 3, serials: new Set([...ofMeter, serial, unknown].sort()) })
    expect(
      (await listKeys(folder, await trustIn(folder), NOW_MS)).keys.map(({ flaw }) => flaw),
    ).to.deep.equal(['was revoked', 'was revoked', undefined, 'was revoked'])
    for (const meant of ['Meter', 'Nobody', 'abc', '0'.repeat(31)]) {
      expect(await keyErrorOf(revokeKeys(folder, 'cell', [meant], NOW_MS))).to.match(/^bad-certificate: /)
    }
    expect((await trustIn(folder)).revocations?.number).to.equal(3)
  })

  it('leave out of the list what has ended long ago', async () => {
    const folder = await withAppKey()
    const wanted = { app: 'cell', actors: ['Meter'], role: 'actor', days: 1, nowMs: NOW_MS } as const
    await issueKeys(folder, wanted)
    const { serials } = await revokeKeys(folder, 'cell', ['Meter'], NOW_MS)
    const laterMs = NOW_MS + 2 * DAY_MS
    const [another] = await issueKeys(folder, { ...wanted, nowMs: laterMs })
    await revokeKeys(folder, 'cell', ['Meter'], laterMs)
    const last = another?.certificate.serial ?? ''
    expect((await trustIn(folder)).revocations?.serials).to.deep.equal(new Set([...serials, last].sort()))
    await revokeKeys(folder, 'cell', [last], NOW_MS + (keyLimits.revokedDays + 1) * DAY_MS)
    expect((await trustIn(folder)).revocations?.serials).to.deep.equal(new Set([last]))
  })

  it('of which two come at once both count', async () => {
    const folder = await withAppKey()
    const actors = Array.from({ length: 8 }, (_, i) => `A${i}`)
    await issueKeys(folder, { app: 'cell', actors, role: 'actor', nowMs: NOW_MS })
    await Promise.all(actors.map((actor) => revokeKeys(folder, 'cell', [actor], NOW_MS)))
    const { revocations } = await trustIn(folder)
    expect([revocations?.number, revocations?.serials.size]).to.deep.equal([8, 8])
    expect(existsSync(folder.lock)).to.equal(false)
  })

  it('rotate keys of actors; those before stay valid until they are revoked', async () => {
    const [one, other] = [await withAppKey(), newFolder()]
    await importKeys(other, await carried(one, 'Display'), NOW_MS)
    await issueKeys(one, { app: 'cell', actors: ['Meter', '*'], role: 'actor', nowMs: NOW_MS })
    const replaced = await rotateKeys(one, 'cell', ['Meter'], NOW_MS)
    expect(replaced.map(({ after }) => after.certificate.actors)).to.deep.equal([['Meter']])
    expect(await rotateKeys(one, 'cell', [], NOW_MS)).to.have.length(2)
    expect(await isAdmitted(one, 'Meter', other)).to.equal(true)
    expect((await listKeys(one, await trustIn(one), NOW_MS)).keys.filter(({ flaw }) => !flaw)).to.have.length(
      6,
    )
    expect(await keyErrorOf(rotateKeys(one, 'cell', ['Nobody'], NOW_MS))).to.match(
      /^no-key: there is no key of Nobody/,
    )
    expect(await keyErrorOf(rotateKeys(other, 'cell', [], NOW_MS))).to.match(/^no-app-key: /)
  })

  it('rotate the app key; both are trusted for a while, by who knows of it', async () => {
    const [one, other] = [await withAppKey(), newFolder()]
    await importKeys(other, await carried(one, 'Display'), NOW_MS)
    await issueKeys(one, { app: 'cell', actors: ['Meter'], role: 'actor', nowMs: NOW_MS })
    await rotateAppKey(one, 'cell', [], { days: 30, nowMs: NOW_MS })
    // The other host has not heard of it: its key is good here, that of here is not good there.
    expect(await isAdmitted(other, 'Display', one)).to.equal(true)
    expect(await isAdmitted(one, 'Meter', other)).to.equal(false)
    expect(await isAdmitted(other, 'Display', one, NOW_MS + 31 * DAY_MS)).to.equal(false)
    await importKeys(other, await carried(one, 'Display'), NOW_MS)
    expect(await isAdmitted(one, 'Meter', other)).to.equal(true)
    expect(await isAdmitted(other, 'Display', one, NOW_MS + 31 * DAY_MS)).to.equal(true)
  })

  it('rotate the app key: what was revoked is signed anew, and stands when the former one ends', async () => {
    const folder = await withAppKey()
    await issueKeys(folder, { app: 'cell', actors: ['Meter'], role: 'actor', nowMs: NOW_MS })
    const { serials } = await revokeKeys(folder, 'cell', ['Meter'], NOW_MS)
    await rotateAppKey(folder, 'cell', [], { days: 0, nowMs: NOW_MS })
    const { anchors, revocations } = await trustIn(folder)
    const lasting = anchors.filter(({ until }) => until === undefined)
    expect(revocations).to.deep.include({ number: 2, serials: new Set(serials), issuer: lasting[0]?.key })
  })

  it('rotate the app key again and again, but not beyond the anchors that may be', async () => {
    const folder = await withAppKey()
    for (let i = 1; i < keyLimits.anchors; i++) await rotateAppKey(folder, 'cell', [], { nowMs: NOW_MS })
    const full = await keyErrorOf(rotateAppKey(folder, 'cell', [], { nowMs: NOW_MS }))
    expect(full).to.match(/^too-many-revoked: 8 former app keys are trusted yet; .*--days 0/)
    await rotateAppKey(folder, 'cell', [], { days: 0, nowMs: NOW_MS })
    await rotateAppKey(folder, 'cell', [], { nowMs: NOW_MS + 31 * DAY_MS })
    expect((await trustIn(folder)).anchors).to.have.length(keyLimits.anchors)
  })

  it('stop before they begin where days are none', async () => {
    const folder = await withAppKey()
    for (const days of [0, 1.5, keyLimits.certificateDaysMax + 1, Number.NaN]) {
      const wanted = { app: 'cell', actors: ['Meter'], role: 'actor', days, nowMs: NOW_MS } as const
      expect(await keyErrorOf(issueKeys(folder, wanted))).to.match(/^bad-certificate: .* number of days/)
    }
    expect(await keyErrorOf(rotateAppKey(folder, 'cell', [], { days: -1, nowMs: NOW_MS }))).to.match(/days/)
    expect(await readIssued(folder)).to.deep.equal([])
  })

  it('go on where one before was killed, and wait for one that is alive', async () => {
    const folder = await withAppKey()
    let namespace = ''
    await withFolderLock(folder, async () => {
      namespace = readFileSync(folder.lock, 'utf8').split(' ')[1] ?? ''
    })
    // The highest number that Linux gives is one less.
    writeFileSync(folder.lock, `4194304 ${namespace}`)
    expect(await withFolderLock(folder, async () => 'done')).to.equal('done')
    let isOver = false
    let first: Promise<void> | undefined
    // Only then the other asks: of two that ask at once either may be the first.
    await new Promise<void>((begun) => {
      first = withFolderLock(folder, async () => {
        begun()
        await new Promise(setImmediate)
        isOver = true
      })
    })
    expect(await withFolderLock(folder, async () => isOver)).to.equal(true)
    await first
  })

  it('find what was issued in a list with lines that were cut', async () => {
    const folder = await withAppKey()
    const wanted = { app: 'cell', role: 'actor', nowMs: NOW_MS } as const
    await issueKeys(folder, { ...wanted, actors: ['Meter'] })
    appendFileSync(folder.issued, '{"serial":"12')
    await issueKeys(folder, { ...wanted, actors: ['Display'] })
    appendFileSync(folder.issued, 'null\n[]\n{"serial":1}\n\n')
    const actors = (await readIssued(folder)).map((entry) => entry.actors.join())
    expect(actors).to.deep.equal(['Meter', 'Display'])
  })
})

describe('a bundle', () => {
  const newFolder = foldersForTests()

  it('is read as it was written, and refused with anything changed in it', async () => {
    const folder = newFolder()
    await ensureKeys(folder, 'cell')
    const file = join(folder.path, 'b.keys')
    await issueKeys(folder, { app: 'cell', actors: ['Other'], role: 'actor', nowMs: NOW_MS })
    await revokeKeys(folder, 'cell', ['Other'], NOW_MS)
    await carryKeys(folder, { app: 'cell', actors: ['Meter', 'Display'], role: 'actor', nowMs: NOW_MS }, file)
    const text = readFileSync(file, 'utf8')
    const bundle = readBundle(text)
    if (typeof bundle === 'string') throw new Error(bundle)
    expect(bundleText(bundle)).to.equal(text)
    expect(bundle.holders.map(({ certificate }) => certificate.actors[0])).to.deep.equal(['Meter', 'Display'])
    const value: Record<string, unknown> = JSON.parse(text)
    const others = { quorate: 'x', v: 2, app: 'other', anchors: '', revoked: 'AAAA', holders: [{}] }
    for (const [key, other] of Object.entries(others)) {
      expect(readBundle(JSON.stringify({ ...value, [key]: other })), key).to.be.a('string')
    }
    const many = { ...value, holders: Array.from({ length: 65 }, () => bundle.holders[0]) }
    expect(readBundle(JSON.stringify(many))).to.equal('without keys, or with more than 64')
  })

  it('gives a bundle or a complaint for any text', () => {
    const json = fc.json({ maxDepth: 3 })
    fc.assert(fc.property(fc.oneof(fc.string(), json), (text) => typeof readBundle(text) === 'string'))
  })
})
