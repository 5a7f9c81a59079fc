/** Makes keys for actors where the app key is: to stay here, or to be carried to another host. */
import { existsSync } from 'node:fs'
import { requireAppKey } from './app-key.js'
import { type Bundle, bundleText } from './bundle.js'
import { KeyError } from './errors.js'
import { withFolderLock } from './folder-lock.js'
import { fileOf, type Held, putHeld, readHeld } from './held.js'
import { type Holder, newHolder } from './holder.js'
import { issuedEntry, noteIssued } from './issued.js'
import { holderPath, type KeyFolder } from './key-folder.js'
import { keyLimits } from './key-limits.js'
import { createKeyFile, SECRET_MODE } from './private-file.js'
import type { Role } from './roles.js'
import type { Signer } from './signature.js'
import type { Trust } from './trust.js'
import { flawNow } from './validity.js'

export interface KeysWanted {
  readonly app: string
  /** A key for each; `*` is one for any. */
  readonly actors: readonly string[]
  readonly role: Role
  readonly days?: number | undefined
  readonly nowMs: number
}

/**
 * Keys that stay in the folder: all of them, or none.
 * @throws KeyError `no-app-key`, `bad-certificate`; `key-exists` where an actor has a valid one.
 */
export async function issueKeys(folder: KeyFolder, wanted: KeysWanted): Promise<readonly Held[]> {
  await requireAppKey(folder, wanted.app, wanted.nowMs)
  return withFolderLock(folder, async () => {
    const { app, actors, role, nowMs } = wanted
    const own = await requireAppKey(folder, app, nowMs)
    const { trust } = own
    for (const actor of actors) {
      const held = await readHeld(holderPath(folder, actor, role), trust.anchors)
      if (!held || flawNow(held.certificate, trust, nowMs)) continue
      const way = `quorate keys rotate ${app} ${actor} makes another, --out FILE one for another host`
      throw new KeyError('key-exists', `${held.file} is a valid key of ${actor}; ${way}`)
    }
    const { holders } = await newHolders(folder, wanted, own)
    const held: Held[] = []
    for (const holder of holders) {
      await putHeld(folder, holder, { over: true })
      held.push({ ...holder, file: fileOf(folder, holder.certificate) })
    }
    return held
  })
}

/**
 * Keys that leave the host, in a file that is made. They do not stay here.
 * @throws KeyError `no-app-key`, `bad-certificate`; `key-exists` where the file is there already.
 */
export async function carryKeys(folder: KeyFolder, wanted: KeysWanted, file: string): Promise<Bundle> {
  const most = keyLimits.keysInBundle
  if (wanted.actors.length > most) {
    throw new KeyError(
      'bad-certificate',
      `${wanted.actors.length} keys are more than the ${most} of a bundle`,
    )
  }
  await requireAppKey(folder, wanted.app, wanted.nowMs)
  const taken = new KeyError('key-exists', `${file} is there already; give a file that is not`)
  return withFolderLock(folder, async () => {
    // Before anything is made; it may come yet.
    if (existsSync(file)) throw taken
    const own = await requireAppKey(folder, wanted.app, wanted.nowMs)
    const bundle = await newHolders(folder, wanted, own)
    if (await createKeyFile(file, bundleText(bundle), SECRET_MODE)) return bundle
    throw taken
  })
}

/**
 * Keys that leave the host otherwise than in a file: what readBundle() reads. They do not stay here.
 * @throws KeyError `no-app-key`, `bad-certificate`.
 */
export async function carriedKeys(folder: KeyFolder, wanted: KeysWanted): Promise<string> {
  await requireAppKey(folder, wanted.app, wanted.nowMs)
  return withFolderLock(folder, async () => {
    const own = await requireAppKey(folder, wanted.app, wanted.nowMs)
    return bundleText(await newHolders(folder, wanted, own))
  })
}

/** Noted before they are anywhere: no key is out that cannot be taken back. */
async function newHolders(
  folder: KeyFolder,
  { app, actors, role, days, nowMs }: KeysWanted,
  { appKey, trust }: { readonly appKey: Signer; readonly trust: Trust },
): Promise<Bundle> {
  const fields = { app, roles: [role], ...(days === undefined ? {} : { days }) }
  const holders: Holder[] = actors.map((actor) =>
    newHolder(appKey, trust.anchors, { ...fields, actors: [actor] }, nowMs),
  )
  for (const { certificate } of holders) await noteIssued(folder, issuedEntry(certificate, nowMs))
  return { app, ...trust, holders }
}
