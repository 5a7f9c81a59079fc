/** New keys in place of old ones, which stay valid for a while: nothing that runs is cut off by it. */
import { type Anchor, anchorOf, anchorsText, isEnded, mergeAnchors } from './anchors.js'
import { appKeyText, readAppKey, requireAppKey } from './app-key.js'
import { KeyError } from './errors.js'
import { withFolderLock } from './folder-lock.js'
import { type Held, putHeld, readAllHeld } from './held.js'
import { newHolder, requireDays } from './holder.js'
import { issuedEntry, noteIssued } from './issued.js'
import type { KeyFolder } from './key-folder.js'
import { keyLimits } from './key-limits.js'
import { listKeys } from './list-keys.js'
import { PUBLIC_MODE, replaceKeyFile, SECRET_MODE } from './private-file.js'
import { writeRevocations } from './revoke-keys.js'
import { newSigner } from './signature.js'
import { damaged, readTrust } from './trust.js'
import { DAY_S } from './validity.js'

/** A key that has a new one in its place; it is valid yet. */
export interface Replaced {
  readonly before: Held
  readonly after: Held
}

/**
 * Makes new keys for actors whose keys are in the folder: for those that are named, else for all.
 * @throws KeyError `no-app-key`; `no-key` where one that is named has none here.
 */
export async function rotateKeys(
  folder: KeyFolder,
  app: string,
  actors: readonly string[],
  nowMs: number,
): Promise<readonly Replaced[]> {
  await requireAppKey(folder, app, nowMs)
  return withFolderLock(folder, () => replaceHeld(folder, app, actors, nowMs))
}

/**
 * Makes a new app key, trusted at once; the former one is trusted for so many days yet. Makes new keys for
 * the actors, too, as rotateKeys() does.
 * @throws KeyError as rotateKeys(); `too-many-revoked` where too many former ones are trusted yet.
 */
export async function rotateAppKey(
  folder: KeyFolder,
  app: string,
  actors: readonly string[],
  { days = keyLimits.overlapDays, nowMs }: { readonly days?: number | undefined; readonly nowMs: number },
): Promise<readonly Replaced[]> {
  requireDays(days, keyLimits.certificateDaysMax, 0)
  // One that is not trusted any more is a reason to make another.
  if (!(await readAppKey(folder))) await requireAppKey(folder, app, nowMs)
  return withFolderLock(folder, async () => {
    await replaceAppKey(folder, app, actors, days, nowMs)
    return replaceHeld(folder, app, actors, nowMs)
  })
}

async function replaceAppKey(
  folder: KeyFolder,
  app: string,
  actors: readonly string[],
  days: number,
  nowMs: number,
): Promise<void> {
  const [old, trust] = [await readAppKey(folder), await readTrust(folder)]
  if (!old || !trust) throw damaged(folder.anchors, 'it is not there, or the app key is not')
  await requireNamed(folder, trust.anchors, actors)
  const nowS = Math.floor(nowMs / 1000)
  const former = { ...anchorOf(old.publicKey), until: nowS + days * DAY_S }
  const appKey = newSigner()
  const isTrusted = trust.anchors.some(({ key }) => key === former.key)
  const changed = [anchorOf(appKey.publicKey), ...(isTrusted ? [former] : [])]
  const merged = mergeAnchors(changed, trust.anchors)
  const anchors = withoutEnded(merged, nowS)
  const { keys } = await listKeys(folder, trust, nowMs)
  // In this order: stopped in between, what is there can still be read and used.
  await replaceKeyFile(folder.anchors, anchorsText(anchors, app), PUBLIC_MODE)
  if (trust.revocations) await writeRevocations({ folder, app, appKey, trust, keys, nowMs }, [])
  await replaceKeyFile(folder.appKey, appKeyText(appKey), SECRET_MODE)
}

/** As many as there may be; what has ended for longest is left out. @throws KeyError `too-many-revoked`. */
function withoutEnded(anchors: readonly Anchor[], nowS: number): readonly Anchor[] {
  const kept = anchors.slice(0, keyLimits.anchors)
  if (anchors.slice(kept.length).every((anchor) => isEnded(anchor, nowS))) return kept
  const text = `${kept.length} former app keys are trusted yet; wait for one to end`
  throw new KeyError('too-many-revoked', `${text}, or give it up now: --days 0`)
}

/** @throws KeyError `no-key`. */
async function requireNamed(
  folder: KeyFolder,
  anchors: readonly Anchor[],
  actors: readonly string[],
): Promise<readonly Held[]> {
  const { held } = await readAllHeld(folder, anchors)
  const isOf = ({ certificate }: Held, actor: string): boolean => certificate.actors.includes(actor)
  const missing = actors.find((actor) => !held.some((each) => isOf(each, actor)))
  if (missing === undefined) {
    return actors.length === 0 ? held : held.filter((each) => actors.some((actor) => isOf(each, actor)))
  }
  const way = 'quorate keys actor makes one'
  throw new KeyError('no-key', `there is no key of ${missing} in ${folder.path}; ${way}`)
}

async function replaceHeld(
  folder: KeyFolder,
  app: string,
  actors: readonly string[],
  nowMs: number,
): Promise<readonly Replaced[]> {
  const { appKey, trust } = await requireAppKey(folder, app, nowMs)
  const replaced: Replaced[] = []
  for (const before of await requireNamed(folder, trust.anchors, actors)) {
    const { actors: own, roles } = before.certificate
    const holder = newHolder(appKey, trust.anchors, { app, actors: own, roles }, nowMs)
    await noteIssued(folder, issuedEntry(holder.certificate, nowMs))
    await putHeld(folder, holder, { over: true })
    replaced.push({ before, after: { ...holder, file: before.file } })
  }
  return replaced
}
