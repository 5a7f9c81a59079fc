/** Bytes that files take of the disk: holes take none. */
import { lstat, opendir } from 'node:fs/promises'
import { join } from 'node:path'
import { agentLimits } from './limits.js'

const BLOCK_BYTES = 512

/**
 * What a file takes, or a folder with all in it; of more than `agentLimits.diskFiles` that of those that were
 * looked at. Links are not followed. What is not there takes nothing. Never rejects.
 */
export async function diskUse(path: string): Promise<number> {
  let left: number = agentLimits.diskFiles
  const useOf = async (each: string): Promise<number> => {
    if (left-- <= 0) return 0
    const found = await lstat(each).catch(() => undefined)
    if (!found) return 0
    let bytes = found.blocks * BLOCK_BYTES
    if (!found.isDirectory()) return bytes
    try {
      for await (const { name } of await opendir(each)) bytes += await useOf(join(each, name))
    } catch {
      // It was removed meanwhile.
    }
    return bytes
  }
  return useOf(path)
}
