/** Makes folders, one by one: told to make them all, Node 20 never ends in `/proc`, which takes none. */
import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Makes a folder, and those around it; resolves with the outermost that was made. @throws Error of the
 * system.
 */
export async function makeFolder(path: string, mode = 0o777): Promise<string | undefined> {
  if (await isFolder(path)) return undefined
  const outermost = await makeFolder(dirname(path), mode)
  try {
    await mkdir(path, mode)
    return outermost ?? path
  } catch (error) {
    // Somebody else may have made it meanwhile.
    if (await isFolder(path)) return outermost
    throw error
  }
}

/** False for what is not there, too. Never rejects. */
export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (facts) => facts.isDirectory(),
    () => false,
  )
}
