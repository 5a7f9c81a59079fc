import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { expect } from 'chai'
import { ensureKeys } from '../../../ports/security/app-key.js'
import { loadIdentity } from '../../../ports/security/identity.js'
import { issueKeys } from '../../../ports/security/issue-keys.js'
import { holderPath, type KeyFolder } from '../../../ports/security/key-folder.js'
import { revokeKeys } from '../../../ports/security/revoke-keys.js'
import { rotateKeys } from '../../../ports/security/rotate-keys.js'
import { readTrust } from '../../../ports/security/trust.js'
import type { ActorKeys } from '../../../runtime/guard.js'
import { KeyWatch } from '../../../runtime/key-watch.js'
import { eventually } from '../../support/eventually.js'
import { foldersForTests } from '../security/folders.js'

const LOOK_MS = 5

describe('the watch over a key folder', () => {
  const newFolder = foldersForTests()
  const open: KeyWatch[] = []
  afterEach(() => {
    for (const watch of open.splice(0)) watch.close()
  })

  async function keysIn(folder: KeyFolder): Promise<ActorKeys> {
    const holder = await loadIdentity(folder, 'cell', 'Meter')
    return { holder, trust: (await readTrust(folder)) ?? expect.fail('no trust') }
  }

  async function watched() {
    const folder = newFolder()
    await ensureKeys(folder, 'cell')
    const keys = await keysIn(folder)
    const file = holderPath(folder, 'Meter', 'actor')
    const changes: ActorKeys[] = []
    const failures: string[] = []
    const watch = new KeyWatch({
      ...{ folder, app: 'cell', actor: 'Meter', keys, file, lookMs: LOOK_MS },
      changed: async (now) => void changes.push(now),
      failed: (error) => failures.push(String(error)),
    })
    open.push(watch)
    await watch.open()
    return { folder, file, keys, changes, failures, watch }
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

  it('tells nothing when it is closed', async () => {
    const { folder, changes, failures, watch } = await watched()
    watch.close()
    const other = await watched()
    for (const each of [folder, other.folder]) await rotateKeys(each, 'cell', ['Meter'], Date.now())
    await eventually(() => other.changes.length > 0, 'what the other tells')
    expect([changes, failures]).to.deep.equal([[], []])
  })
})
