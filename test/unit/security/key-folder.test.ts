/** The key folder of an app: where it is, who may read it, and which key an actor finds there. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { expect } from 'chai'
import { ensureKeys, readAppKey } from '../../../ports/security/app-key.js'
import { KeyError } from '../../../ports/security/errors.js'
import { withFolderLock } from '../../../ports/security/folder-lock.js'
import { fileOf, putHeld } from '../../../ports/security/held.js'
import { newHolder } from '../../../ports/security/holder.js'
import { loadIdentity, loadLooker } from '../../../ports/security/identity.js'
import { issueKeys } from '../../../ports/security/issue-keys.js'
import { readIssued } from '../../../ports/security/issued.js'
import { holderPath, type KeyFolder, keyFolderAt, keyFolderOf } from '../../../ports/security/key-folder.js'
import { keyLimits } from '../../../ports/security/key-limits.js'
import { revokeKeys } from '../../../ports/security/revoke-keys.js'
import { readTrust } from '../../../ports/security/trust.js'
import { foldersForTests, keyErrorOf } from './folders.js'

const DAY_MS = 86_400_000
const NOW_MS = 1_800_000_000_000

describe('the key folder', () => {
  const newFolder = foldersForTests()

  it('is the one that is named, else that of the variable, else one of the settings of the user', () => {
    const environment = { QUORATE_KEYS: '/k', XDG_CONFIG_HOME: '/c' }
    expect(keyFolderOf('cell', { folder: 'here', environment }).path).to.equal(resolve('here'))
    expect(keyFolderOf('cell', { folder: '', environment }).path).to.equal('/k')
    expect(keyFolderOf('cell', { environment: { XDG_CONFIG_HOME: '/c' } }).path).to.equal('/c/quorate/cell')
    for (const XDG_CONFIG_HOME of ['', 'relative']) {
      const usual = join(homedir(), '.config', 'quorate', 'cell')
      expect(keyFolderOf('cell', { environment: { QUORATE_KEYS: '', XDG_CONFIG_HOME } }).path).to.equal(usual)
    }
  })

  it('has a file for each actor in each role', () => {
    const folder = keyFolderAt('/k')
    expect(holderPath(folder, 'Meter', 'actor')).to.equal('/k/actors/Meter.key')
    expect(holderPath(folder, 'Meter', 'operator')).to.equal('/k/actors/Meter.operator.key')
    expect(holderPath(folder, '*', 'viewer')).to.equal('/k/actors/_any.viewer.key')
  })

  it('is never led out of by a name', async () => {
    for (const name of ['../x', 'a/b', '', '.', 'a.b']) {
      expect(() => holderPath(keyFolderAt('/k'), name, 'actor')).to.throw(KeyError, 'names no app or actor')
      expect(() => keyFolderOf(name, { environment: {} })).to.throw(KeyError, 'names no app or actor')
    }
    const folder = newFolder()
    await ensureKeys(folder, 'cell')
    expect(await keyErrorOf(loadIdentity(folder, 'cell', '../app'))).to.match(/^bad-certificate: /)
  })

  it('is made once, for the user alone', async () => {
    const folder = newFolder()
    expect(await ensureKeys(folder, 'cell')).to.contain(`made the app key of cell in ${folder.path}`)
    expect(await ensureKeys(folder, 'cell')).to.equal(undefined)
    await loadIdentity(folder, 'cell', 'Meter')
    const modes = [folder.path, dirname(folder.path), folder.actors].map(
      (path) => statSync(path).mode & 0o777,
    )
    expect(modes).to.deep.equal([0o700, 0o700, 0o700])
    const secrets = [folder.appKey, holderPath(folder, 'Meter', 'actor')]
    expect(secrets.map((path) => statSync(path).mode & 0o777)).to.deep.equal([0o600, 0o600])
    expect(readdirSync(folder.path).sort()).to.deep.equal(['actors', 'anchors', 'app.key', 'issued'])
  })

  it('is completed where its making was interrupted', async () => {
    const folder = newFolder()
    await ensureKeys(folder, 'cell')
    const anchors = readFileSync(folder.anchors, 'utf8')
    rmSync(folder.anchors)
    expect(await ensureKeys(folder, 'cell')).to.equal(undefined)
    expect(readFileSync(folder.anchors, 'utf8')).to.equal(anchors)
  })

  it('is left alone where it trusts the app key of another host', async () => {
    const [one, other] = [newFolder(), newFolder()]
    await ensureKeys(one, 'cell')
    mkdirSync(other.path, { recursive: true, mode: 0o700 })
    writeFileSync(other.anchors, readFileSync(one.anchors))
    expect(await ensureKeys(other, 'cell')).to.equal(undefined)
    expect(existsSync(other.appKey)).to.equal(false)
  })

  it('is refused where others may write into it, or read or write a secret', async () => {
    const folder = newFolder()
    await ensureKeys(folder, 'cell')
    await loadIdentity(folder, 'cell', 'Meter')
    chmodSync(folder.path, 0o720)
    expect(await keyErrorOf(ensureKeys(folder, 'cell'))).to.match(/^exposed-key: .*chmod 700 \/\S+\/cell$/)
    chmodSync(folder.path, 0o755)
    expect(await ensureKeys(folder, 'cell')).to.equal(undefined)
    for (const file of [folder.appKey, holderPath(folder, 'Meter', 'actor')]) {
      for (const mode of [0o640, 0o602, 0o604, 0o644]) {
        chmodSync(file, mode)
        const error = await keyErrorOf(loadIdentity(folder, 'cell', 'Meter'))
        expect(error)
          .to.match(/^exposed-key: .* holds a secret; chmod 600 /)
          .and.to.contain(file)
      }
      chmodSync(file, 0o600)
    }
  })

  it('that is damaged is said to be, and no secret is told', async () => {
    const folder = newFolder()
    await ensureKeys(folder, 'cell')
    const { file } = await loadIdentity(folder, 'cell', 'Meter')
    const [good, other] = [
      readFileSync(file, 'utf8'),
      readFileSync((await loadIdentity(folder, 'cell', 'Display')).file, 'utf8'),
    ]
    const secretOf = (text: string): string => /"curveSecret": "(.*)"/.exec(text)?.[1] ?? ''
    const exchanged = good.replace(secretOf(good), () => secretOf(other))
    for (const text of [
      '',
      '{',
      '[]',
      '{}',
      good.slice(0, -20),
      exchanged,
      good.replace('"certificate": "m', '"certificate": "n'),
    ]) {
      writeFileSync(file, text)
      const error = await keyErrorOf(loadIdentity(folder, 'cell', 'Meter'))
      expect(error)
        .to.match(/^bad-key-file: /)
        .and.to.contain(file)
      for (const secret of [secretOf(good), secretOf(other)]) expect(error).not.to.contain(secret)
    }
    for (const path of [folder.anchors, folder.revoked, folder.appKey]) {
      const before = existsSync(path) ? readFileSync(path) : undefined
      writeFileSync(path, 'x', { mode: 0o600 })
      expect(await keyErrorOf(loadIdentity(folder, 'cell', 'Other')))
        .to.match(/^bad-key-file: /)
        .and.to.contain(path)
      if (before) writeFileSync(path, before)
      else rmSync(path)
    }
    rmSync(folder.anchors)
    mkdirSync(folder.anchors)
    expect(await keyErrorOf(loadIdentity(folder, 'cell', 'Other'))).to.match(
      /^bad-key-file: .*anchors is no file$/,
    )
    rmSync(folder.anchors, { recursive: true })
    writeFileSync(folder.anchors, '#'.repeat(keyLimits.keyFileBytes + 1))
    expect(await keyErrorOf(loadIdentity(folder, 'cell', 'Other'))).to.match(
      /^bad-key-file: .* may have 262144/,
    )
  })

  it('that cannot be made is said so', async () => {
    const error = await keyErrorOf(ensureKeys(keyFolderAt('/proc/x/y'), 'cell'))
    expect(error).to.match(/^keys-not-written: \/proc\/x\/y cannot be made: ENOENT/)
  })
})

describe('the key of an actor', () => {
  const newFolder = foldersForTests()

  async function withAppKey(): Promise<KeyFolder> {
    const folder = newFolder()
    await ensureKeys(folder, 'cell')
    return folder
  }

  /** Puts a key in as if it had been made so many days ago. */
  async function put(
    folder: KeyFolder,
    actors: readonly string[],
    daysAgo: number,
    app = 'cell',
  ): Promise<string> {
    const [appKey, trust] = [await readAppKey(folder), await readTrust(folder)]
    if (!appKey || !trust) throw new Error('no app key')
    const madeMs = NOW_MS - daysAgo * DAY_MS
    const holder = newHolder(appKey, trust.anchors, { app, actors, roles: ['actor'] }, madeMs)
    await putHeld(folder, holder, { over: true })
    return fileOf(folder, holder.certificate)
  }

  it('is made where the app key is, listed, and the same again', async () => {
    const folder = await withAppKey()
    const held = await loadIdentity(folder, 'cell', 'Meter', 'actor', NOW_MS)
    const { certificate, curve, signer } = held
    expect(certificate).to.deep.include({
      app: 'cell',
      actors: ['Meter'],
      roles: ['actor'],
      key: curve.publicKey,
    })
    expect(certificate.signer).to.deep.equal(signer.publicKey)
    expect(certificate.notAfter).to.equal(NOW_MS / 1000 + 365 * 86_400)
    const again = await loadIdentity(folder, 'cell', 'Meter', 'actor', NOW_MS)
    expect(again.curve).to.deep.equal(curve)
    expect((await readIssued(folder)).map(({ serial }) => serial)).to.deep.equal([certificate.serial])
  })

  it('in another role is another one', async () => {
    const folder = await withAppKey()
    const one = await loadIdentity(folder, 'cell', 'Meter')
    const other = await loadIdentity(folder, 'cell', 'Meter', 'operator')
    expect(other.certificate.roles).to.deep.equal(['operator'])
    expect(other.curve.publicKey).not.to.equal(one.curve.publicKey)
  })

  it('to look on with is that of a viewer, made where the app key is; else any that is valid', async () => {
    const folder = await withAppKey()
    const viewer = await loadLooker(folder, 'cell', NOW_MS)
    expect(viewer.certificate).to.deep.include({ actors: ['*'], roles: ['viewer'] })
    expect((await loadLooker(folder, 'cell', NOW_MS)).file).to.equal(viewer.file)
    const own = await put(folder, ['Meter'], 1)
    rmSync(folder.appKey)
    rmSync(viewer.file)
    expect((await loadLooker(folder, 'cell', NOW_MS)).file).to.equal(own)
    for (const [where, app, nowMs] of [
      [folder, 'cell', NOW_MS + 365 * DAY_MS],
      [folder, 'other', NOW_MS],
      [newFolder(), 'cell', NOW_MS],
    ] as const) {
      expect(await keyErrorOf(loadLooker(where, app, nowMs))).to.match(/^no-key: /)
    }
  })

  it('is remade where it ends within 30 days, and the app key is here', async () => {
    const folder = await withAppKey()
    await put(folder, ['Meter'], 365 - 31)
    const old = await loadIdentity(folder, 'cell', 'Meter', 'actor', NOW_MS)
    const renewed = await loadIdentity(folder, 'cell', 'Meter', 'actor', NOW_MS + 2 * DAY_MS)
    expect(renewed.certificate.serial).not.to.equal(old.certificate.serial)
    expect(await loadIdentity(folder, 'cell', 'Meter', 'actor', NOW_MS + 2 * DAY_MS)).to.deep.include({
      certificate: renewed.certificate,
    })
    rmSync(folder.appKey)
    const late = await loadIdentity(folder, 'cell', 'Meter', 'actor', NOW_MS + 360 * DAY_MS)
    expect(late.certificate.serial).to.equal(renewed.certificate.serial)
  })

  it('that cannot be remade yet is used until it ends', async () => {
    const folder = await withAppKey()
    await put(folder, ['Meter'], 365 - 10)
    // As if another process were at it, for as long as anybody waits.
    writeFileSync(folder.lock, `1 elsewhere\n`)
    const held = await loadIdentity(folder, 'cell', 'Meter', 'actor', NOW_MS)
    expect(held.certificate.notAfter).to.equal(NOW_MS / 1000 + 10 * 86_400)
    const busy = await keyErrorOf(withFolderLock(folder, async () => 'never', 0))
    expect(busy).to.match(/^keys-busy: process 1 changes the key folder; .* remove \/\S+\/lock$/)
  })

  it('is one that it may use, where it has none of its own that is valid', async () => {
    const folder = await withAppKey()
    const wide = await put(folder, ['*'], 0)
    rmSync(folder.appKey)
    expect((await loadIdentity(folder, 'cell', 'Meter', 'actor', NOW_MS)).file).to.equal(wide)
    expect(await keyErrorOf(loadIdentity(folder, 'cell', 'Meter', 'viewer', NOW_MS))).to.match(/^no-key: /)
  })

  it('is its own before one that any may use', async () => {
    const folder = await withAppKey()
    await put(folder, ['*'], 0)
    const own = await put(folder, ['Meter'], 1)
    expect((await loadIdentity(folder, 'cell', 'Meter', 'actor', NOW_MS)).file).to.equal(own)
  })

  it('that is revoked is remade where the app key is, and nowhere else', async () => {
    const folder = await withAppKey()
    const { certificate } = await loadIdentity(folder, 'cell', 'Meter', 'actor', NOW_MS)
    await revokeKeys(folder, 'cell', ['Meter'], NOW_MS)
    const appKey = readFileSync(folder.appKey)
    rmSync(folder.appKey)
    expect(await keyErrorOf(loadIdentity(folder, 'cell', 'Meter', 'actor', NOW_MS))).to.match(
      /Meter in \S+ was revoked/,
    )
    writeFileSync(folder.appKey, appKey, { mode: 0o600 })
    const remade = await loadIdentity(folder, 'cell', 'Meter', 'actor', NOW_MS)
    expect(remade.certificate.serial).not.to.equal(certificate.serial)
  })

  it('that is nowhere: says which commands make it', async () => {
    const folder = newFolder()
    const nothing = await keyErrorOf(loadIdentity(folder, 'cell', 'Meter'))
    expect(nothing).to.match(/^no-key: .*quorate keys init cell .*quorate keys import/)
    await ensureKeys(folder, 'cell')
    rmSync(folder.appKey)
    const none = await keyErrorOf(loadIdentity(folder, 'cell', 'Meter', 'viewer'))
    expect(none).to.match(/has no key for Meter, .*quorate keys actor cell Meter --role viewer --out FILE/)
    expect(none).to.match(/quorate keys import FILE/)
  })

  it('of another app is refused', async () => {
    const folder = await withAppKey()
    await put(folder, ['Meter'], 0, 'other')
    const error = await keyErrorOf(loadIdentity(folder, 'cell', 'Meter', 'actor', NOW_MS))
    expect(error).to.match(/^foreign-keys: .*is a key of the app other, not of cell/)
  })

  it('is the same one for all that start at the same time', async () => {
    const folder = newFolder()
    const start = async (): Promise<string> => {
      await ensureKeys(folder, 'cell')
      return (await loadIdentity(folder, 'cell', 'Meter')).certificate.serial
    }
    const serials = await Promise.all(Array.from({ length: 30 }, start))
    expect(new Set(serials)).to.have.property('size', 1)
    expect(await readIssued(folder)).to.have.length(1)
    expect(readdirSync(folder.path).filter((name) => name.startsWith('.'))).to.deep.equal([])
  })

  it('may not be issued over one that is valid', async () => {
    const folder = await withAppKey()
    const wanted = { app: 'cell', actors: ['Meter'], role: 'actor', nowMs: NOW_MS } as const
    await issueKeys(folder, wanted)
    expect(await keyErrorOf(issueKeys(folder, wanted))).to.match(
      /^key-exists: .*quorate keys rotate cell Meter/,
    )
  })
})
