/**
 * Puts an imported app into a folder. What was generated is made anew; what is the user's is written where it
 * is missing, and never over what is there unless that was asked for.
 */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { messageOf } from '../../../ports/index.js'
import { CommandFailure, exitCodes, usage } from '../failure.js'
import { makeFolder } from '../folders.js'
import { FACTS_FILE, type Facts, facts } from './facts.js'
import type { ImportFiles } from './import-files.js'
import { readJson } from './model-json.js'

/** What became of the files, by their paths. */
export interface Placed {
  readonly written: readonly string[]
  /** Of the user, and as they were. */
  readonly kept: ReadonlyMap<string, string>
  /** What generated files were before they changed. */
  readonly changed: ReadonlyMap<string, string>
  readonly removed: readonly string[]
}

const GENERATED = 'generated'
/** What a new repository has in it, and no one's work. */
const HARMLESS: ReadonlySet<string> = new Set(['.git', '.gitignore', 'node_modules'])

/** @throws CommandFailure for a folder that holds something else, or another app. */
export async function requireFolderOf(folder: string, app: string, force: boolean): Promise<void> {
  const names = await namesIn(folder)
  if (force || names.every((name) => HARMLESS.has(name))) return
  const text = await contents(join(folder, FACTS_FILE))
  if (text === undefined) {
    const [first] = names.filter((name) => !HARMLESS.has(name))
    const text = `${folder} is not empty: there is ${first} in it, and no imported app`
    throw usage(`${text}; give another folder by --out, or --force to write into it`)
  }
  const known = readFacts(join(folder, FACTS_FILE), text)
  if (known.app === app) return
  throw usage(`${folder} is the app ${known.app}, and not ${app}; give another folder by --out`)
}

export function readFacts(file: string, text: string): Facts {
  return readJson(file, text, facts)
}

/** @throws CommandFailure where a file cannot be written. */
export async function placeFiles(folder: string, files: ImportFiles, force: boolean): Promise<Placed> {
  const written: string[] = []
  const kept = new Map<string, string>()
  const changed = new Map<string, string>()
  try {
    for (const [path, text] of files.own) {
      const before = await contents(join(folder, path))
      if (before !== undefined && !force) kept.set(path, before)
      else if (before !== text) written.push(await write(folder, path, text))
    }
    for (const [path, text] of files.generated) {
      const before = await contents(join(folder, path))
      if (before === text) continue
      if (before !== undefined) changed.set(path, before)
      written.push(await write(folder, path, text))
    }
    return { written, kept, changed, removed: await removeOld(folder, files.generated) }
  } catch (error) {
    throw new CommandFailure(exitCodes.failure, `nothing can be written to ${folder}: ${messageOf(error)}`)
  }
}

async function write(folder: string, path: string, text: string): Promise<string> {
  const file = join(folder, path)
  await makeFolder(dirname(file))
  await writeFile(file, text)
  return path
}

/** Files of components that the model had before. */
async function removeOld(folder: string, generated: ReadonlyMap<string, string>): Promise<string[]> {
  const names = await namesIn(join(folder, GENERATED))
  const old = names.map((name) => `${GENERATED}/${name}`).filter((path) => !generated.has(path))
  const removed: string[] = []
  for (const path of old) {
    const text = path.endsWith('.ts') ? await contents(join(folder, path)) : undefined
    if (!text?.includes('`quorate import` makes this file anew')) continue
    await rm(join(folder, path))
    removed.push(path)
  }
  return removed
}

/** Undefined where there is no such file. */
export async function contents(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined
    throw error
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    if (codeOf(error) === 'ENOTDIR') throw usage(`${folder} is a file; give a folder`)
    throw error
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
