/**
 * One change of a key folder at a time, of all processes: two revocations at once must not undo each other.
 * Who starts an actor does without, as long as it need not write over anything.
 */
import { randomBytes } from 'node:crypto'
import { readlinkSync } from 'node:fs'
import { readFile, rename, rm } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { KeyError } from './errors.js'
import type { KeyFolder } from './key-folder.js'
import { keyLimits } from './key-limits.js'
import { createKeyFile, isCode, PUBLIC_MODE } from './private-file.js'

/**
 * Resolves or rejects as `work` does, which nobody else does at the same time.
 * @param waitMs for how long another that is at work is waited for.
 * @throws KeyError `keys-busy` where that takes longer, `keys-not-written`.
 */
export async function withFolderLock<T>(
  { lock }: Pick<KeyFolder, 'lock'>,
  work: () => Promise<T>,
  waitMs: number = keyLimits.folderLockMs,
): Promise<T> {
  const own = `${process.pid} ${pidNamespace()}\n`
  const deadlineMs = performance.now() + waitMs
  for (;;) {
    const holder = await holderOf(lock)
    if (holder === undefined) {
      if (await createKeyFile(lock, own, PUBLIC_MODE)) break
    } else if (isDead(holder)) await removeIf(lock, holder)
    else if (performance.now() < deadlineMs) await pause(keyLimits.folderLockPollMs)
    else {
      const who = `process ${holder.split(' ', 1)[0] || 'of an unknown number'}`
      throw new KeyError('keys-busy', `${who} changes the key folder; if it does not, remove ${lock}`)
    }
  }
  try {
    return await work()
  } finally {
    await rm(lock, { force: true }).catch(() => undefined)
  }
}

/** Undefined where nobody holds the lock. */
async function holderOf(lock: string): Promise<string | undefined> {
  try {
    return await readFile(lock, 'utf8')
  } catch (error) {
    return isCode(error, 'ENOENT', 'ENOTDIR') ? undefined : ''
  }
}

/** True for a holder of this system of process ids that has ended. */
function isDead(holder: string): boolean {
  const [, pid = '', namespace] = /^([1-9]\d*) (\S+)\n$/.exec(holder) ?? []
  if (pid === '' || namespace !== pidNamespace()) return false
  try {
    process.kill(Number(pid), 0)
    return false
  } catch (error) {
    return isCode(error, 'ESRCH')
  }
}

/** Removes the lock of one that is dead; that of another, who was quicker, is put back. */
async function removeIf(lock: string, holder: string): Promise<void> {
  const aside = `${lock}.${randomBytes(8).toString('hex')}`
  try {
    await rename(lock, aside)
  } catch {
    return
  }
  const found = await readFile(aside, 'utf8').catch(() => holder)
  if (found !== holder) await createKeyFile(lock, found, PUBLIC_MODE)
  await rm(aside, { force: true })
}

function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return 'host'
  }
}
