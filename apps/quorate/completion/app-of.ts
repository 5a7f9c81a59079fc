/** The app in a file, to complete the names of its actors and parameters. */
import type { AppDefinition } from '../../../runtime/index.js'

/**
 * Loads the file as `quorate run` does, from the cache of compiled apps where it has not changed; undefined
 * where it is none. What it prints is left out.
 */
export async function appOf(file: string): Promise<AppDefinition | undefined> {
  try {
    const { compileApp } = await import('../compile.js')
    const { loadApp, quietly } = await import('../load.js')
    const compiled = await compileApp(file)
    return await quietly(() => loadApp(compiled, file))
  } catch {
    return undefined
  }
}
