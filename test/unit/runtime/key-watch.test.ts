import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { expect } from 'chai'
import { ensureKeys } from '../../../ports/security/app-key.js'
import { readHeld } from '../../../ports/security/held.js'
import { loadIdentity } from '../../../ports/security/identity.js'
import { importKeys } from '../../../ports/security/import-keys.js'
import { carryKeys, issueKeys } from '../../../ports/security/issue-keys.js'
import { holderPath, type KeyFolder } from '../../../ports/security/key-folder.js'
import { keyLimits } from '../../../ports/security/key-limits.js'
import { revokeKeys } from '../../../ports/security/revoke-keys.js'
import { rotateKeys } from '../../../ports/security/rotate-keys.js'
import { readTrust } from '../../../ports/security/trust.js'
import type { ActorKeys } from '../../../runtime/guard.js'
import { KeyWatch } from '../../../runtime/key-watch.js'
import { eventually } from '../../support/eventually.js'
import { foldersForTests } from '../security/folders.js'

const LOOK_MS = 5

async function withAppKey(folder: KeyFolder): Promise<void> {
  await ensureKeys(folder, 'cell')
}

describe('the watch over a key folder', () => {
  const newFolder = foldersForTests()
  const open: KeyWatch[] = []
  afterEach(() => {
    for (const watch of open.splice(0)) watch.close()
  })

  /** A key of the actor that is watched. */
  function wanted() {
    return { app: 'cell', actors: ['Meter'], role: 'actor', nowMs: Date.now() } as const
  }

  /** With the key that it has; else with one that is made. */
  async function keysIn(folder: KeyFolder, file: string): Promise<ActorKeys> {
    const trust = (await readTrust(folder)) ?? expect.fail('no trust')
    const own = await readHeld(file, trust.anchors)
    return { holder: own ?? (await loadIdentity(folder, 'cell', 'Meter')), trust }
  }

  /** @param fill with what there is in the folder; an app key unless told. */
  async function watched(fill: (folder: KeyFolder) => Promise<void> = withAppKey) {
    const folder = newFolder()
    await fill(folder)
    const file = holderPath(folder, 'Meter', 'actor')
    const keys = await keysIn(folder, file)
    const changes: ActorKeys[] = []
    const failures: string[] = []
    const endings: string[] = []
    const watch = new KeyWatch({
      ...{ folder, app: 'cell', actor: 'Meter', keys, file, lookMs: LOOK_MS },
      changed: async (now) => void changes.push(now),
      failed: (error) => failures.push(String(error)),
      endsSoon: ({ serial }) => endings.push(serial),
    })
    open.push(watch)
    await watch.open()
    return { folder, file, keys, changes, failures, endings, watch }
  }

  /** All of it at once, as quorate writes it. */
  function write(path: string, text: string): void {
    writeFileSync(`${path}.new`, text, { mode: 0o600 })
    renameSync(`${path}.new`, path)
  }

  it('tells of another key of the actor, and of who is revoked', async () => {
    const { folder, keys, changes, failures } = await watched()
    await rotateKeys(folder, 'cell', ['Meter'], Date.now())
    const before = keys.holder.certificate
    const isOther = (): boolean => changes.some(({ holder }) => holder.certificate.key !== before.key)
    await eventually(isOther, 'another key')
    await revokeKeys(folder, 'cell', [before.serial], Date.now())
    await eventually(() => changes.at(-1)?.trust.revocations !== undefined, 'a list of who is revoked')
    const { holder, trust } = changes.at(-1) ?? expect.fail('no change')
    expect(trust.revocations?.serials).to.include(before.serial)
    expect(holder.certificate.serial).not.to.equal(before.serial)
    expect(failures).to.deep.equal([])
  })

  it('tells once of a file that cannot be used, and goes on when it can be used again', async () => {
    const { folder, changes, failures } = await watched()
    const anchors = readFileSync(folder.anchors, 'utf8')
    write(folder.anchors, 'nothing of the kind\n')
    await eventually(() => failures.length > 0, 'a failure')
    rmSync(folder.anchors)
    await eventually(() => failures.length > 1, 'that it is gone')
    expect(failures.map((each) => each.includes(folder.anchors))).to.deep.equal([true, true])
    expect(changes).to.deep.equal([])
    write(folder.anchors, anchors)
    await eventually(() => changes.length > 0, 'what is there again')
    expect(failures).to.have.length(2)
  })

  it('tells of who is revoked though the own key is gone', async () => {
    const { folder, file, keys, changes, failures } = await watched()
    await issueKeys(folder, { app: 'cell', actors: ['Other'], role: 'actor', nowMs: Date.now() })
    await revokeKeys(folder, 'cell', ['Other'], Date.now())
    await eventually(() => changes.at(-1)?.trust.revocations?.number === 1, 'a list of who is revoked')
    await issueKeys(folder, { app: 'cell', actors: ['Another'], role: 'actor', nowMs: Date.now() })
    const first = readFileSync(folder.revoked, 'utf8')
    await revokeKeys(folder, 'cell', ['Another'], Date.now())
    const second = readFileSync(folder.revoked, 'utf8')
    write(folder.revoked, first)
    for (const each of [folder.appKey, file]) rmSync(each)
    await eventually(() => failures.length > 0, 'that its key is gone')
    await eventually(() => changes.at(-1)?.trust.revocations?.number === 1, 'the first list')
    write(folder.revoked, second)
    await eventually(() => changes.at(-1)?.trust.revocations?.number === 2, 'the second list')
    expect(changes.at(-1)?.holder.certificate.serial).to.equal(keys.holder.certificate.serial)
    expect(failures).to.have.length(1)
  })

  it('tells once that the own key ends soon, where there is no other; and takes another', async () => {
    const home = newFolder()
    await ensureKeys(home, 'cell')
    const { folder, keys, changes, failures, endings } = await watched(async (away) => {
      const soon = { ...wanted(), days: keyLimits.renewDays - 1 }
      await importKeys(away, await carryKeys(home, soon, `${home.path}/soon.keys`), Date.now())
    })
    const { serial } = keys.holder.certificate
    await eventually(() => endings.length > 0, 'that it ends')
    await issueKeys(home, { app: 'cell', actors: ['Other'], role: 'actor', nowMs: Date.now() })
    await revokeKeys(home, 'cell', ['Other'], Date.now())
    write(folder.revoked, readFileSync(home.revoked, 'utf8'))
    await eventually(() => changes.at(-1)?.trust.revocations !== undefined, 'another look')
    expect(endings).to.deep.equal([serial])
    await importKeys(folder, await carryKeys(home, wanted(), `${home.path}/again.keys`), Date.now())
    await eventually(() => changes.at(-1)?.holder.certificate.serial !== serial, 'another key')
    expect([endings, failures]).to.deep.equal([[serial], []])
  })

  it('has another key made before the own one ends, where the app key is', async () => {
    const { folder, keys, changes, endings, failures } = await watched(async (made) => {
      await ensureKeys(made, 'cell')
      await issueKeys(made, { ...wanted(), days: keyLimits.renewDays - 1 })
    })
    const { serial } = keys.holder.certificate
    await eventually(() => changes.length > 0, 'another key')
    const held = await readHeld(holderPath(folder, 'Meter', 'actor'), keys.trust.anchors)
    expect(changes.at(-1)?.holder.certificate.serial).to.equal(held?.certificate.serial).and.not.equal(serial)
    expect([endings, failures]).to.deep.equal([[], []])
  })

  it('tells nothing when it is closed', async () => {
    const { folder, changes, failures, watch } = await watched()
    watch.close()
    const other = await watched()
    for (const each of [folder, other.folder]) await rotateKeys(each, 'cell', ['Meter'], Date.now())
    await eventually(() => other.changes.length > 0, 'what the other tells')
    expect([changes, failures]).to.deep.equal([[], []])
  })
})
