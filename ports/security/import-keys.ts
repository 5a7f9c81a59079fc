/** Takes in what another host has made: keys, whom to trust, and what was revoked. */
import { anchorsText, mergeAnchors } from './anchors.js'
import type { Bundle } from './bundle.js'
import { KeyError } from './errors.js'
import { withFolderLock } from './folder-lock.js'
import { fileOf, putHeld, readHeld } from './held.js'
import type { Holder } from './holder.js'
import { putRevocations } from './keep-revocations.js'
import type { KeyFolder } from './key-folder.js'
import { keyLimits } from './key-limits.js'
import { PUBLIC_MODE, replaceKeyFile, requireKeyFolder } from './private-file.js'
import { newestOf } from './revocation.js'
import { readTrust, type Trust } from './trust.js'
import { flawNow } from './validity.js'

export interface Imported {
  readonly holder: Holder
  readonly file: string
  /** False where the folder has a newer one, which stays. */
  readonly isTaken: boolean
}

/**
 * Adds to a folder what is in a bundle. Nothing is lost by it, whichever is the newer: anchors are added, a
 * newer list of revocations and newer keys stay.
 * @throws KeyError `foreign-keys` where the folder trusts another app key, `exposed-key`,
 * `keys-not-written`; `bad-key-file` for a key that is worth nothing.
 */
export async function importKeys(
  folder: KeyFolder,
  bundle: Bundle,
  nowMs: number,
): Promise<readonly Imported[]> {
  await requireKeyFolder(folder.path)
  return withFolderLock(folder, async () => {
    const trust = mergedTrust(folder, await readTrust(folder), bundle)
    for (const { certificate } of bundle.holders) {
      const flaw = flawNow(certificate, trust, nowMs)
      if (!flaw) continue
      throw new KeyError('bad-key-file', `the key of ${certificate.actors.join(', ')} ${flaw}; make another`)
    }
    await replaceKeyFile(folder.anchors, anchorsText(trust.anchors, bundle.app), PUBLIC_MODE)
    if (trust.revocations) await putRevocations(folder, trust.revocations.bytes)
    const imported: Imported[] = []
    for (const holder of bundle.holders) imported.push(await takeIn(folder, holder, trust, nowMs))
    return imported
  })
}

function mergedTrust(
  folder: KeyFolder,
  own: Trust | undefined,
  { app, anchors, revocations }: Bundle,
): Trust {
  if (!own) return { anchors, revocations }
  if (!own.anchors.some(({ key }) => anchors.some((anchor) => anchor.key === key))) {
    const way = `if these are the right ones, move that folder away, and import again`
    throw new KeyError(
      'foreign-keys',
      `${folder.path} trusts another app key than that of these keys; ${way}`,
    )
  }
  if (own.revocations && own.revocations.app !== app) {
    const way = 'give each app a key folder of its own'
    throw new KeyError(
      'foreign-keys',
      `${folder.path} has keys of ${own.revocations.app}, not of ${app}; ${way}`,
    )
  }
  const lists = [own.revocations, revocations].filter((list) => list !== undefined)
  const [one, other] = lists
  const merged = mergeAnchors(own.anchors, anchors)
  if (merged.length > keyLimits.anchors) {
    throw new KeyError(
      'too-many-revoked',
      `${merged.length} trust anchors are more than ${keyLimits.anchors}`,
    )
  }
  return { anchors: merged, revocations: one && other ? newestOf(one, other) : one }
}

async function takeIn(folder: KeyFolder, holder: Holder, trust: Trust, nowMs: number): Promise<Imported> {
  const file = fileOf(folder, holder.certificate)
  const there = await readHeld(file, trust.anchors)
  const isNewer =
    there !== undefined &&
    !flawNow(there.certificate, trust, nowMs) &&
    there.certificate.notBefore > holder.certificate.notBefore
  if (!isNewer) await putHeld(folder, holder, { over: true })
  return { holder, file, isTaken: !isNewer }
}
