/** Scripts: stories that chance does not tell, told step by step. */
import { simulationWith } from './compile.js'
import type { Patch } from './patch.js'

export interface Told {
  readonly name: string
  /** What was not as the script expects. */
  readonly failure: string | undefined
}

/** Runs all scripts on a core with a bug. */
export async function runScripts(name: string, patch: Patch): Promise<readonly Told[]> {
  const { scripts } = await simulationWith(name, patch)
  return scripts.map((script) => {
    try {
      script.run()
      return { name: script.name, failure: undefined }
    } catch (error) {
      return { name: script.name, failure: error instanceof Error ? error.message : String(error) }
    }
  })
}
