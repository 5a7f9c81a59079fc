/**
 * The path of a socket in a folder whose own path may be longer than the system allows for sockets: by the
 * open folder. It is good in this process, until the folder is closed.
 */
import { closeSync, constants, openSync } from 'node:fs'
import { basename, dirname } from 'node:path'

/** @throws Error of the system where there is no such folder. */
export function openSocketPath(path: string): { readonly path: string; close(): void } {
  const folder = openSync(dirname(path), constants.O_RDONLY | constants.O_DIRECTORY)
  return { path: `/proc/self/fd/${folder}/${basename(path)}`, close: () => closeSync(folder) }
}
