/**
 * The key of an app, where certificates are made. It is made once: of processes that start at the same time
 * one makes it, and the others take what that one made.
 */
import { anchorOf, anchorsText, isEnded } from './anchors.js'
import { KeyError } from './errors.js'
import type { KeyFolder } from './key-folder.js'
import { createKeyFile, PUBLIC_MODE, readKeyFile, requireKeyFolder, SECRET_MODE } from './private-file.js'
import { newSigner, readSigner, type Signer } from './signature.js'
import { damaged, readTrust, type Trust } from './trust.js'

/** Undefined where it is not on this host. @throws KeyError `exposed-key`, `bad-key-file`. */
export async function readAppKey({ appKey }: KeyFolder): Promise<Signer | undefined> {
  const text = await readKeyFile(appKey, { isSecret: true })
  if (text === undefined) return undefined
  const signer = readSigner(text)
  if (!signer) throw damaged(appKey, 'no Ed25519 key in PEM')
  return signer
}

/** The text of a file that readAppKey() reads. */
export function appKeyText({ secretKey }: Signer): string {
  return secretKey.export({ format: 'pem', type: 'pkcs8' }).toString()
}

/**
 * Sees to it that a folder has an app key, or trusts that of another host. Returns one line where it made
 * one, for whoever starts the actors to tell; in all other processes undefined.
 * @throws KeyError `exposed-key`, `bad-key-file`, `keys-not-written`.
 */
export async function ensureKeys(folder: KeyFolder, app: string): Promise<string | undefined> {
  await requireKeyFolder(folder.path)
  if (await readTrust(folder)) return undefined
  const isMade = await createKeyFile(folder.appKey, appKeyText(newSigner()), SECRET_MODE)
  // That of whoever was first.
  const appKey = await readAppKey(folder)
  if (!appKey) throw damaged(folder.appKey, 'it went away')
  await createKeyFile(folder.anchors, anchorsText([anchorOf(appKey.publicKey)], app), PUBLIC_MODE)
  if (!isMade) return undefined
  return `made the app key of ${app} in ${folder.path}; quorate keys --help says how other hosts get theirs`
}

/**
 * The app key, and whom it belongs to the trusted ones of.
 * @throws KeyError `no-app-key` where it is not here, or not trusted any more.
 */
export async function requireAppKey(
  folder: KeyFolder,
  app: string,
  nowMs: number,
): Promise<{ readonly appKey: Signer; readonly trust: Trust }> {
  const [appKey, trust] = [await readAppKey(folder), await readTrust(folder)]
  if (!appKey || !trust) {
    const way = trust
      ? 'run the command on the host where it is'
      : `quorate keys init ${app} makes one here, quorate keys import takes keys that another host made`
    throw new KeyError('no-app-key', `there is no app key of ${app} in ${folder.path}; ${way}`)
  }
  const { key } = anchorOf(appKey.publicKey)
  const anchor = trust.anchors.find((each) => each.key === key)
  if (anchor && !isEnded(anchor, nowMs / 1000)) return { appKey, trust }
  const why = anchor ? 'is not trusted any more' : `is none of those in ${folder.anchors}`
  const way = `quorate keys rotate ${app} --app-key makes another`
  throw new KeyError('no-app-key', `the app key in ${folder.appKey} ${why}; ${way}`)
}
