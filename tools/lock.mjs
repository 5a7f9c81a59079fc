// A lock between processes of one host: a folder that holds a file for each process that works
// under it, named by the process's identity. It is held while one of these runs, so a holder that
// crashed never keeps it, and one that left a child at work keeps it until the child is done.
//
// Every step is one atomic call, and none can hit a lock that someone else has just taken:
//   take     rename a folder that holds my file onto the lock: works only if that is absent or empty
//   clear    unlink the files of dead processes by their own names, then rmdir, which refuses if not empty
//   release  the same with my own file
// Not for network file systems, and not between containers that do not see each other's processes.

import { mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { identityOf, isRunning } from './process-identity.mjs'

const POLL_MS = 50
/** An install over a slow line takes minutes; a wait for longer than this is told as a failure. */
const WAIT_MS_MAX = 15 * 60_000

/**
 * Runs `work` while no other process runs under the lock at `folder`, and gives what it gives.
 * `work` gets a function that puts a child process under the lock too, and gives back its release.
 * `onWait` is called once, with the holder's process id, if the lock is taken.
 */
export async function withLock(folder, onWait, work) {
  const me = identityOf(process.pid)
  await take(folder, me, onWait)
  try {
    sweepCandidates(folder)
    return await work((pid) => admit(folder, pid))
  } finally {
    leave(folder, me)
  }
}

async function take(folder, me, onWait) {
  const until = Date.now() + WAIT_MS_MAX
  for (let told = false; !tryTake(folder, me); told = true) {
    const [holder = 'unknown'] = namesIn(folder)
    if (!told) onWait(holder.split('-')[0])
    if (Date.now() > until) {
      throw new Error(
        `process ${holder.split('-')[0]} has held ${folder} for ${WAIT_MS_MAX / 60_000} minutes: end it`,
      )
    }
    await sleep(POLL_MS)
  }
}

function tryTake(folder, me) {
  for (const name of namesIn(folder)) {
    if (isRunning(name)) return false
    leave(folder, name)
  }
  const candidate = `${folder}-${me}`
  mkdirSync(candidate, { recursive: true })
  writeFileSync(join(candidate, me), '')
  try {
    renameSync(candidate, folder)
    return true
  } catch (error) {
    rmSync(candidate, { recursive: true, force: true })
    // Someone else was faster; on Windows that reads EPERM.
    if (['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(error.code)) return false
    throw error
  }
}

function admit(folder, pid) {
  const child = identityOf(pid)
  if (child === undefined) return () => undefined
  writeFileSync(join(folder, child), '')
  return () => attempt(() => unlinkSync(join(folder, child)))
}

function leave(folder, identity) {
  attempt(() => unlinkSync(join(folder, identity)))
  attempt(() => rmdirSync(folder))
}

/** What is left of processes that died between making their candidate and renaming it. */
function sweepCandidates(folder) {
  const prefix = `${basename(folder)}-`
  for (const name of readdirSync(dirname(folder))) {
    if (name.startsWith(prefix) && !isRunning(name.slice(prefix.length))) {
      rmSync(join(dirname(folder), name), { recursive: true, force: true })
    }
  }
}

function namesIn(folder) {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** For steps that another process may have done first, or that find the folder not empty. */
function attempt(step) {
  try {
    step()
  } catch (error) {
    if (!['ENOENT', 'ENOTEMPTY', 'EEXIST', 'EPERM'].includes(error.code)) throw error
  }
}
