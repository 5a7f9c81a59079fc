/**
 * Where compiled apps are kept: named by what they hold, so that two launchers that compile the same write
 * the same file, and nothing is ever changed in place. Only the user can write there, since what is in it is
 * run. A file's time of change is when it was last used; those unused for longest make room for new ones.
 */
import { createHash, randomBytes } from 'node:crypto'
import { readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { z } from 'zod'
import { makeFolder } from './folders.js'
import { commandLimits } from './limits.js'

const manifest = z.object({
  output: z.string(),
  inputs: z.array(z.object({ path: z.string(), size: z.number(), mtimeMs: z.number() })),
})

export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const { XDG_CACHE_HOME: named = '' } = environment
  // A relative one is to be ignored, says the standard: it would be another in every folder.
  return join(isAbsolute(named) ? named : join(homedir(), '.cache'), 'quorate')
}

/** @throws Error where others may write into the folder: what lies in it is run. */
export async function requirePrivate(folder: string): Promise<void> {
  const facts = await stat(folder).catch(() => undefined)
  const user = process.getuid?.()
  if (!facts || user === undefined) return
  const wrong =
    facts.uid !== user ? 'belongs to another user' : facts.mode & 0o022 ? 'can be written by others' : ''
  if (wrong) {
    throw new Error(
      `the folder ${folder} ${wrong}, and what is in it is run; ` +
        'remove it, or set XDG_CACHE_HOME to a folder of yours',
    )
  }
}

export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}

/** The module compiled earlier from the same files, if none of them has changed. */
export async function findCompiled(folder: string, key: string): Promise<string | undefined> {
  try {
    const path = manifestPath(folder, key)
    const { output, inputs } = manifest.parse(JSON.parse(await readFile(path, 'utf8')))
    // Marked as used before anything else: from here on no other launcher removes it. Where it cannot be
    // marked, nobody can remove it either.
    const now = new Date()
    await Promise.all([path, output].map((file) => utimes(file, now, now).catch(() => undefined)))
    await stat(output)
    for (const { path, size, mtimeMs } of inputs) {
      const facts = await stat(path)
      if (facts.size !== size || facts.mtimeMs !== mtimeMs) return undefined
    }
    return output
  } catch {
    return undefined
  }
}

/**
 * Keeps a compiled module, and makes room for it; returns its path. It is not found again where an input has
 * changed since `readMs`, when they began to be read.
 */
export async function keepCompiled(
  folder: string,
  key: string,
  code: string,
  inputs: readonly string[],
  readMs: number,
): Promise<string> {
  await makeFolder(folder, 0o700)
  const output = join(folder, `${digest(code)}.mjs`)
  await writeWhole(output, code)
  const facts = await Promise.all(
    inputs.map(async (path) => {
      const { size, mtimeMs } = await stat(path)
      return { path, size, mtimeMs }
    }),
  )
  if (facts.every(({ mtimeMs }) => mtimeMs < readMs - commandLimits.fileTimeMs)) {
    await writeWhole(manifestPath(folder, key), JSON.stringify({ output, inputs: facts }))
  }
  // Full is better than failed.
  await prune(folder).catch(() => undefined)
  return output
}

/** Removes what was used longest ago where there is too much. Another launcher may do the same meanwhile. */
async function prune(folder: string): Promise<void> {
  const paths = (await readdir(folder)).map((name) => join(folder, name))
  if (paths.length <= commandLimits.cachedFiles) return
  const files = await Promise.all(paths.map(async (path) => ({ path, usedMs: await usedMs(path) })))
  files.sort((one, other) => other.usedMs - one.usedMs)
  const restMs = Date.now() - commandLimits.cacheRestMs
  for (const { path } of files.slice(commandLimits.cachedFiles)) {
    // Asked again: it may have been used since.
    if ((await usedMs(path)) < restMs) await rm(path, { force: true })
  }
}

/** 0 for a file that is gone. */
async function usedMs(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  )
}

function manifestPath(folder: string, key: string): string {
  return join(folder, `${key}.json`)
}

/** A reader sees the whole file or none. */
async function writeWhole(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  await writeFile(draft, text, { mode: 0o600 })
  await rename(draft, path)
}
