/** Keeps a newer list of what was taken back, which came another way, in the key folder of a host. */
import { readAnchors } from './anchors.js'
import { withFolderLock } from './folder-lock.js'
import type { KeyFolder } from './key-folder.js'
import { PUBLIC_MODE, readKeyFile, replaceKeyFile } from './private-file.js'
import { type RevocationList, readRevocationList, takesOver } from './revocation.js'
import { damaged } from './trust.js'

/**
 * Writes a list where the folder has none, an older one, or what is none; false where it stays as it is. What
 * the folder itself would not believe is not put there.
 * @throws KeyError `keys-busy`, `keys-not-written`, `bad-key-file`.
 */
export async function keepRevocations(
  folder: KeyFolder,
  list: RevocationList,
  nowMs: number,
): Promise<boolean> {
  return withFolderLock(folder, async () => {
    const anchors = readAnchors((await readKeyFile(folder.anchors)) ?? '')
    if (typeof anchors === 'string') throw damaged(folder.anchors, anchors)
    const text = await readKeyFile(folder.revoked)
    const read = readRevocationList(Buffer.from(text?.trim() ?? '', 'base64url'), anchors)
    const own = typeof read === 'string' ? undefined : read
    if (!takesOver(list, own, anchors, nowMs)) return false
    await putRevocations(folder, list.bytes)
    return true
  })
}

/**
 * Writes a list, whatever is there. To be called with the folder locked. @throws KeyError
 * `keys-not-written`.
 */
export async function putRevocations({ revoked }: KeyFolder, bytes: Buffer): Promise<void> {
  await replaceKeyFile(revoked, `${bytes.toString('base64url')}\n`, PUBLIC_MODE)
}
