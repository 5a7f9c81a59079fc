/**
 * Where compiled apps are kept: named by what they hold, so that two launchers that compile the same write
 * the same file, and nothing is ever changed in place. Only the user can write there, since what is in it is
 * run.
 */
import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'

interface Manifest {
  readonly output: string
  readonly inputs: readonly { path: string; size: number; mtimeMs: number }[]
}

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
    const manifest: unknown = JSON.parse(await readFile(join(folder, `${key}.json`), 'utf8'))
    if (!isManifest(manifest)) return undefined
    await stat(manifest.output)
    for (const { path, size, mtimeMs } of manifest.inputs) {
      const now = await stat(path)
      if (now.size !== size || now.mtimeMs !== mtimeMs) return undefined
    }
    return manifest.output
  } catch {
    return undefined
  }
}

/** Keeps a compiled module; returns its path. */
export async function keepCompiled(
  folder: string,
  key: string,
  code: string,
  inputs: readonly string[],
): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const output = join(folder, `${digest(code)}.mjs`)
  await writeWhole(output, code)
  const facts = await Promise.all(
    inputs.map(async (path) => {
      const { size, mtimeMs } = await stat(path)
      return { path, size, mtimeMs }
    }),
  )
  const manifest: Manifest = { output, inputs: facts }
  await writeWhole(join(folder, `${key}.json`), JSON.stringify(manifest))
  return output
}

/** A reader sees the whole file or none. */
async function writeWhole(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  await writeFile(draft, text, { mode: 0o600 })
  await rename(draft, path)
}

function isManifest(value: unknown): value is Manifest {
  return (
    typeof value === 'object' &&
    value !== null &&
    'output' in value &&
    typeof value.output === 'string' &&
    'inputs' in value &&
    Array.isArray(value.inputs)
  )
}
