/** Whom a host trusts, as its key folder has it. Read again while actors run: both files change. */
import { type Anchor, readAnchors } from './anchors.js'
import { KeyError } from './errors.js'
import type { KeyFolder } from './key-folder.js'
import { readKeyFile } from './private-file.js'
import { type RevocationList, readRevocationList } from './revocation.js'

export interface Trust {
  readonly anchors: readonly Anchor[]
  readonly revocations: RevocationList | undefined
}

/** Undefined where the folder has no anchors. @throws KeyError `bad-key-file`, `keys-not-written`. */
export async function readTrust(folder: KeyFolder): Promise<Trust | undefined> {
  const text = await readKeyFile(folder.anchors)
  if (text === undefined) return undefined
  const anchors = readAnchors(text)
  if (typeof anchors === 'string') throw damaged(folder.anchors, anchors)
  const list = await readKeyFile(folder.revoked)
  if (list === undefined) return { anchors, revocations: undefined }
  const revocations = readRevocationList(Buffer.from(list.trim(), 'base64url'), anchors)
  if (typeof revocations === 'string') throw damaged(folder.revoked, revocations)
  return { anchors, revocations }
}

/** Of a file that is not what it should be. */
export function damaged(path: string, why: string): KeyError {
  return new KeyError(
    'bad-key-file',
    `${path} is not what it should be: ${why}; take it from a backup, or remove it`,
  )
}
