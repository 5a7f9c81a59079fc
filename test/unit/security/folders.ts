/** Key folders for tests: gone after the suite that made them. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KeyError } from '../../../ports/security/errors.js'
import { type KeyFolder, keyFolderAt } from '../../../ports/security/key-folder.js'
import { rejectionOf } from '../../rejection.js'

/**
 * Makes a folder that is not there yet, a new one each time. Registers its hooks with the suite that calls.
 */
export function foldersForTests(): () => KeyFolder {
  let root = ''
  let made = 0
  before(() => {
    root = mkdtempSync(join(tmpdir(), 'quorate-keys-'))
  })
  after(() => rmSync(root, { recursive: true, force: true }))
  return () => keyFolderAt(join(root, String(made++), 'cell'))
}

/** The code and the text of the KeyError that a promise is rejected with. */
export async function keyErrorOf(promise: Promise<unknown>): Promise<string> {
  const error = await rejectionOf(promise)
  if (error instanceof KeyError) return `${error.code}: ${error.message}`
  throw error
}
