/** Makes folders, one by one: told to make them all, Node 20 never ends in `/proc`, which takes none. */
import { mkdir, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'

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

/** Where agents, or hubs, of this user keep what they must not lose, unless told. */
export function stateFolder(
  of: 'agent' | 'hub',
  { XDG_STATE_HOME: named = '' }: Readonly<Record<string, string | undefined>> = process.env,
): string {
  return join(isAbsolute(named) ? named : join(homedir(), '.local', 'state'), 'quorate', of)
}

/** False for what is not there, too. Never rejects. */
export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (facts) => facts.isDirectory(),
    () => false,
  )
}
