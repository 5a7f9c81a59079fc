/** The keys of actors in a key folder: reading them, finding one, and putting one in. */
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '../errors.js'
import type { Anchor } from './anchors.js'
import type { Certificate } from './certificate.js'
import { KeyError } from './errors.js'
import { type Holder, holderText, readHolder } from './holder.js'
import { holderPath, type KeyFolder } from './key-folder.js'
import { keyLimits } from './key-limits.js'
import { createKeyFile, isCode, readKeyFile, replaceKeyFile, SECRET_MODE } from './private-file.js'
import { damaged } from './trust.js'

/** A key, and the file that it is in. */
export interface Held extends Holder {
  readonly file: string
}

/** Undefined where the file is not there. @throws KeyError `bad-key-file`, `exposed-key`. */
export async function readHeld(file: string, anchors: readonly Anchor[]): Promise<Held | undefined> {
  const text = await readKeyFile(file, { isSecret: true })
  if (text === undefined) return undefined
  const holder = readHolder(text, anchors)
  if (typeof holder === 'string') throw damaged(file, holder)
  return { ...holder, file }
}

/**
 * All files of keys in the folder, by name; none where there are none. @throws KeyError `keys-not-written`.
 */
export async function heldFiles({ actors }: KeyFolder): Promise<string[]> {
  try {
    const names = (await readdir(actors)).filter((name) => name.endsWith('.key') && !name.startsWith('.'))
    return names
      .sort()
      .slice(0, keyLimits.keysInFolder)
      .map((name) => join(actors, name))
  } catch (error) {
    if (isCode(error, 'ENOENT')) return []
    throw new KeyError('keys-not-written', `${actors} cannot be read: ${messageOf(error)}`, { cause: error })
  }
}

/** Those of all keys that can be read, and of the others why not. */
export async function readAllHeld(
  folder: KeyFolder,
  anchors: readonly Anchor[],
): Promise<{ readonly held: readonly Held[]; readonly flaws: readonly string[] }> {
  const held: Held[] = []
  const flaws: string[] = []
  for (const file of await heldFiles(folder)) {
    try {
      const each = await readHeld(file, anchors)
      if (each) held.push(each)
    } catch (error) {
      flaws.push(messageOf(error))
    }
  }
  return { held, flaws }
}

/** Where the key of this certificate belongs. */
export function fileOf(folder: KeyFolder, { actors, roles }: Certificate): string {
  return holderPath(folder, actors[0] ?? '', roles[0] ?? 'actor')
}

/**
 * Puts a key into the folder. False, where `over` is not set, for one that is there already, and stays.
 * @throws KeyError `keys-not-written`.
 */
export async function putHeld(
  folder: KeyFolder,
  holder: Holder,
  { over }: { over: boolean },
): Promise<boolean> {
  const file = fileOf(folder, holder.certificate)
  try {
    await mkdir(folder.actors, { mode: 0o700 })
  } catch (error) {
    if (!isCode(error, 'EEXIST')) {
      throw new KeyError('keys-not-written', `${folder.actors} cannot be made: ${messageOf(error)}`)
    }
  }
  const text = holderText(holder)
  if (!over) return createKeyFile(file, text, SECRET_MODE)
  await replaceKeyFile(file, text, SECRET_MODE)
  return true
}
