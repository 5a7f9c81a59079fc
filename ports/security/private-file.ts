/**
 * Files that hold secrets: read only where nobody else can read or write them; written so that a reader sees
 * the whole file or none, and so that it is there after a power cut.
 */
import { randomBytes } from 'node:crypto'
import { type FileHandle, link, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { messageOf } from '../errors.js'
import { KeyError } from './errors.js'
import { keyLimits } from './key-limits.js'

/** Of files that hold a secret, of all others, and of folders. */
export const SECRET_MODE = 0o600
export const PUBLIC_MODE = 0o644
const FOLDER_MODE = 0o700
const OTHERS = 0o077
const OTHERS_WRITE = 0o022

interface Reading {
  /** Others may neither read nor write it. */
  readonly isSecret?: boolean
  readonly bytesMax?: number
}

/**
 * The text of a file; undefined where it is not there. @throws KeyError `exposed-key`, `keys-not-written`.
 */
export async function readKeyFile(path: string, reading: Reading = {}): Promise<string | undefined> {
  const { isSecret = false, bytesMax = keyLimits.keyFileBytes } = reading
  let file: FileHandle | undefined
  try {
    file = await open(path, 'r')
    // Of what was opened, not of what may be there by now.
    const facts = await file.stat()
    const { mode, size } = facts
    // A pipe or a device may have no end.
    if (!facts.isFile()) throw new KeyError('bad-key-file', `${path} is no file`)
    if (isSecret) requirePrivate(path, mode)
    if (size > bytesMax) {
      throw new KeyError('bad-key-file', `${path} has ${size} bytes, and may have ${bytesMax}; what is it?`)
    }
    return await file.readFile('utf8')
  } catch (error) {
    if (isCode(error, 'ENOENT', 'ENOTDIR')) return undefined
    throw failed('read', path, error)
  } finally {
    await file?.close()
  }
}

/** Makes a file with this text; false where there is one already, which stays. @throws KeyError */
export async function createKeyFile(path: string, text: string, mode: number): Promise<boolean> {
  const draft = await drafted(path, text, mode)
  try {
    // Fails where there is a file, and the file is whole from the first.
    await link(draft, path)
    await syncFolder(dirname(path))
    return true
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false
    throw failed('written', path, error)
  } finally {
    await rm(draft, { force: true }).catch(() => undefined)
  }
}

/** Makes a file with this text, in place of the one that may be there. @throws KeyError */
export async function replaceKeyFile(path: string, text: string, mode: number): Promise<void> {
  const draft = await drafted(path, text, mode)
  try {
    await rename(draft, path)
    await syncFolder(dirname(path))
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined)
    throw failed('written', path, error)
  }
}

/** Adds a line to the end of a file; at the same time as others, too. @throws KeyError */
export async function appendKeyLine(path: string, line: string): Promise<void> {
  let file: FileHandle | undefined
  try {
    file = await open(path, 'a', SECRET_MODE)
    // A line that was cut by a power cut, without its end, is left to itself.
    await file.appendFile(`${(await endsInLine(path)) ? '' : '\n'}${line}\n`)
    await file.sync()
  } catch (error) {
    throw failed('written', path, error)
  } finally {
    await file?.close()
  }
}

/**
 * Makes a folder for keys where it is not there. @throws KeyError `exposed-key` where others may write to
 * it.
 */
export async function requireKeyFolder(path: string): Promise<void> {
  try {
    await makeFolders(path)
    const { mode } = await stat(path)
    if (!isPosix() || (mode & OTHERS_WRITE) === 0) return
  } catch (error) {
    throw failed('made', path, error)
  }
  throw new KeyError('exposed-key', `others may write into the key folder ${path}; chmod 700 ${path}`)
}

async function makeFolders(path: string): Promise<void> {
  try {
    await mkdir(path, FOLDER_MODE)
  } catch (error) {
    if (isCode(error, 'EEXIST')) return
    // One by one: told to make them all, Node 20 never ends in `/proc`, which takes none.
    if (!isCode(error, 'ENOENT') || dirname(path) === path) throw error
    await makeFolders(dirname(path))
    await mkdir(path, FOLDER_MODE).catch((again) => {
      if (!isCode(again, 'EEXIST')) throw again
    })
  }
}

function requirePrivate(path: string, mode: number): void {
  if (!isPosix() || (mode & OTHERS) === 0) return
  throw new KeyError(
    'exposed-key',
    `others may read or write ${path}, which holds a secret; chmod 600 ${path}`,
  )
}

/** Elsewhere files have no mode that says who may read them. */
function isPosix(): boolean {
  return process.platform !== 'win32'
}

/** The text in a file of another name, in the same folder. */
async function drafted(path: string, text: string, mode: number): Promise<string> {
  const draft = join(dirname(path), `.${randomBytes(8).toString('hex')}.draft`)
  let file: FileHandle | undefined
  try {
    file = await open(draft, 'wx', mode)
    await file.writeFile(text)
    await file.sync()
    return draft
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined)
    throw failed('written', path, error)
  } finally {
    await file?.close()
  }
}

async function endsInLine(path: string): Promise<boolean> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    if (size === 0) return true
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1)
    return buffer[0] === 0x0a
  } finally {
    await file.close()
  }
}

/** A name that was given is there after a power cut only when its folder was written, too. */
async function syncFolder(path: string): Promise<void> {
  // Elsewhere a folder cannot be opened.
  if (!isPosix()) return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** Whether an error of the system has one of these codes. */
export function isCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.some((code) => code === error.code)
}

function failed(what: 'read' | 'written' | 'made', path: string, cause: unknown): unknown {
  if (cause instanceof KeyError) return cause
  return new KeyError('keys-not-written', `${path} cannot be ${what}: ${messageOf(cause)}`, { cause })
}
