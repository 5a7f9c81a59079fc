/** Puts files into a folder that has none: all of them, or none. What is there is never written over. */
import { readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { messageOf } from '../../../ports/index.js'
import { CommandFailure, exitCodes, usage } from '../failure.js'
import { makeFolder } from '../folders.js'

/** What a new repository has in it, and no one's work. */
const HARMLESS: ReadonlySet<string> = new Set(['.git'])

/** @throws CommandFailure for what is a file, or a folder with anything in it but `.git`. */
export async function requireEmpty(folder: string): Promise<void> {
  let names: string[]
  try {
    names = await readdir(folder)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return
    if (codeOf(error) === 'ENOTDIR') throw usage(`${folder} is a file; give a folder that does not exist yet`)
    throw failed(folder, error)
  }
  const [first] = names.filter((name) => !HARMLESS.has(name))
  if (first === undefined) return
  throw usage(`${folder} is not empty: there is ${first} in it; give a folder that does not exist yet`)
}

/** @throws CommandFailure where one cannot be written; those that were are removed again. */
export async function writeFiles(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  const made: string[] = []
  try {
    for (const [path, text] of files) {
      const file = join(folder, path)
      const outermost = await makeFolder(dirname(file))
      if (outermost) made.push(outermost)
      await writeFile(file, text, { flag: 'wx' })
      made.push(file)
    }
  } catch (error) {
    // Folders that were made hold nothing but what was written here.
    for (const path of made.reverse()) {
      await rm(path, { recursive: true, force: true }).catch(() => undefined)
    }
    throw failed(folder, error)
  }
}

function failed(folder: string, error: unknown): CommandFailure {
  return new CommandFailure(exitCodes.failure, `nothing can be written to ${folder}: ${messageOf(error)}`)
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
