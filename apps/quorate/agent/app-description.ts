/**
 * What an app file declares, for an agent: looked at in a process of its own, for the file is run for that,
 * and may do anything.
 */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { z } from 'zod'
import { agentLimits, type DescribeApp } from '../../../control/agent/index.js'
import { describedActors } from '../../../control/bundle/index.js'
import { compileApp } from '../compile.js'
import { CommandFailure, exitCodes } from '../failure.js'
import { loadAppQuietly } from '../load.js'

const MAIN = fileURLToPath(new URL('../main.js', import.meta.url))
const OUTPUT_BYTES = 4 * 1024 * 1024

const description = z.object({ name: z.string(), version: z.string(), actors: describedActors })

/** Compiles an app file, and has `quorate __describe` look at it. @throws CommandFailure */
export const describeApp: DescribeApp = async (file) => {
  const module = await compileApp(file, 'agent')
  const args = [MAIN, '__describe', module, file]
  const limits = { timeout: agentLimits.describeMs, maxBuffer: OUTPUT_BYTES }
  const { stdout } = await promisify(execFile)(process.execPath, args, limits).catch((error: unknown) => {
    throw new CommandFailure(exitCodes.failure, whyIn(error) ?? `${file} cannot be looked at`)
  })
  return { ...description.parse(JSON.parse(stdout)), module }
}

/** Prints what a compiled app file declares. */
export async function describe([compiled = '', shown = compiled]: readonly string[]): Promise<number> {
  const { name, version, actors } = await loadAppQuietly(compiled, shown)
  const declared = Object.entries(actors).map(([actor, { params }]) => [actor, params])
  process.stdout.write(`${JSON.stringify({ name, version, actors: Object.fromEntries(declared) })}\n`)
  return exitCodes.ok
}

/** The last line that it complained with. */
function whyIn(error: unknown): string | undefined {
  const told = error instanceof Error && 'stderr' in error ? String(error.stderr) : ''
  return (
    told
      .trim()
      .split('\n')
      .at(-1)
      ?.replace(/^quorate: /, '') || undefined
  )
}
