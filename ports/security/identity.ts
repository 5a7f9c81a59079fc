/**
 * Which key an actor on this host comes with: its own; else one that it may use; else, where the app key is,
 * one that is made on the spot. Of processes that start at the same time all come up, with the key of one of
 * them.
 */
import { readAppKey } from './app-key.js'
import { ANY_ACTOR, allows } from './certificate.js'
import { KeyError } from './errors.js'
import { withFolderLock } from './folder-lock.js'
import { type Held, heldFiles, putHeld, readHeld } from './held.js'
import { newHolder } from './holder.js'
import { issuedEntry, noteIssued } from './issued.js'
import { holderPath, type KeyFolder } from './key-folder.js'
import { keyLimits } from './key-limits.js'
import { type Role, rolesAt } from './roles.js'
import type { Signer } from './signature.js'
import { readTrust, type Trust } from './trust.js'
import { daysLeft, flawNow } from './validity.js'

interface Wanted {
  readonly folder: KeyFolder
  readonly app: string
  readonly actor: string
  readonly role: Role
  readonly trust: Trust
  readonly nowMs: number
}

/**
 * The key of an actor. One that ends soon is remade where the app key is.
 * @throws KeyError `no-key`, which says what makes one; `foreign-keys`, `bad-key-file`, `exposed-key`,
 * `keys-not-written`.
 */
export async function loadIdentity(
  folder: KeyFolder,
  app: string,
  actor: string,
  role: Role = 'actor',
  nowMs: number = Date.now(),
): Promise<Held> {
  const trust = await readTrust(folder)
  if (!trust) {
    const way = `quorate keys init ${app} makes an app key; quorate keys import takes a key of another host`
    throw new KeyError('no-key', `there are no keys of the app ${app} in ${folder.path}; ${way}`)
  }
  const wanted = { folder, app, actor, role, trust, nowMs }
  const own = await readHeld(holderPath(folder, actor, role), trust.anchors)
  const flaw = own && flawOf(own, wanted)
  const appKey = await readAppKey(folder)
  const ends = own && daysLeft(own.certificate, trust, nowMs) < keyLimits.renewDays
  if (own && !flaw && !(appKey && ends)) return own
  if (own && !flaw && appKey) return renewed(wanted, appKey, own)
  const other = await findOther(wanted)
  if (other) return other
  if (appKey) return own ? renewed(wanted, appKey, undefined) : made(wanted, appKey)
  throw new KeyError('no-key', noKey(wanted, flaw))
}

/**
 * The key with which to look on at the actors of an app, or to command them: of a viewer or an operator, made
 * where the app key is; else any that is let in at directories. @throws KeyError as loadIdentity().
 */
export async function loadLooker(
  folder: KeyFolder,
  app: string,
  nowMs: number = Date.now(),
  role: 'viewer' | 'operator' = 'viewer',
): Promise<Held> {
  try {
    return await loadIdentity(folder, app, ANY_ACTOR, role, nowMs)
  } catch (error) {
    const trust = error instanceof KeyError && error.code === 'no-key' ? await readTrust(folder) : undefined
    const looks = ({ certificate }: Held): boolean =>
      certificate.app === app &&
      certificate.roles.some((role) => rolesAt('directory').includes(role)) &&
      !(trust && flawNow(certificate, trust, nowMs))
    const other = trust && (await findHeld(folder, trust, looks))
    if (other) return other
    throw error
  }
}

/** Why a key is not the one wanted. @throws KeyError `foreign-keys` for one of another app. */
function flawOf({ certificate, file }: Held, { app, actor, role, trust, nowMs }: Wanted): string | undefined {
  if (certificate.app !== app) {
    const way = 'give each app a key folder of its own'
    throw new KeyError(
      'foreign-keys',
      `${file} is a key of the app ${certificate.app}, not of ${app}; ${way}`,
    )
  }
  if (!allows(certificate, actor, role)) return `is not for ${actor} as ${role}`
  return flawNow(certificate, trust, nowMs)
}

/** A key of another name that the actor may use. */
function findOther(wanted: Wanted): Promise<Held | undefined> {
  return findHeld(wanted.folder, wanted.trust, (held) => !flawOf(held, wanted))
}

/** The first that will do. What cannot be read, or is of no use, is passed over. */
async function findHeld(
  folder: KeyFolder,
  { anchors }: Trust,
  willDo: (held: Held) => boolean,
): Promise<Held | undefined> {
  for (const file of await heldFiles(folder)) {
    try {
      const held = await readHeld(file, anchors)
      if (held && willDo(held)) return held
    } catch {}
  }
  return undefined
}

/** The first key of an actor: of whoever is first. */
async function made(wanted: Wanted, appKey: Signer): Promise<Held> {
  const { folder, trust, nowMs } = wanted
  const holder = newOne(wanted, appKey)
  if (await putHeld(folder, holder, { over: false })) {
    await noteIssued(folder, issuedEntry(holder.certificate, nowMs))
  }
  const held = await readHeld(holderPath(folder, wanted.actor, wanted.role), trust.anchors)
  if (held) return held
  throw new KeyError('no-key', noKey(wanted, 'went away as soon as it was made'))
}

/**
 * A key in place of one that has ended, or will soon. One makes it; another that starts meanwhile takes the
 * old one where that will do.
 */
async function renewed(wanted: Wanted, appKey: Signer, stillGood: Held | undefined): Promise<Held> {
  const { folder, actor, role, trust, nowMs } = wanted
  const file = holderPath(folder, actor, role)
  const renew = async (): Promise<Held> => {
    const held = await readHeld(file, trust.anchors)
    const lasts = held && daysLeft(held.certificate, trust, nowMs) >= keyLimits.renewDays
    if (held && lasts && !flawOf(held, wanted)) return held
    const holder = newOne(wanted, appKey)
    await noteIssued(folder, issuedEntry(holder.certificate, nowMs))
    await putHeld(folder, holder, { over: true })
    return { ...holder, file }
  }
  try {
    return await withFolderLock(folder, renew, stillGood ? 0 : keyLimits.folderLockMs)
  } catch (error) {
    // A folder that cannot be written to is no reason not to start yet.
    if (stillGood && error instanceof KeyError && error.retryable) return stillGood
    throw error
  }
}

function newOne({ app, actor, role, trust, nowMs }: Wanted, appKey: Signer): ReturnType<typeof newHolder> {
  return newHolder(appKey, trust.anchors, { app, actors: [actor], roles: [role] }, nowMs)
}

function noKey({ folder, app, actor, role }: Wanted, flaw: string | undefined): string {
  const what = flaw
    ? `the key of ${actor} in ${folder.path} ${flaw}`
    : `${folder.path} has no key for ${actor}`
  const asRole = role === 'actor' ? '' : ` --role ${role}`
  const make = `quorate keys actor ${app} ${actor}${asRole} --out FILE makes one where the app key is`
  return `${what}, and no app key of ${app}; ${make}, and quorate keys import FILE takes it here`
}
