/**
 * What an app file declares, for an agent: looked at in a process of its own, for the file is run for that,
 * and may do anything.
 */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { z } from 'zod'
import { agentLimits, type DescribeApp } from '../../../control/agent/index.js'
import { appShape } from '../../../control/bundle/index.js'
import { compileApp } from '../compile.js'
import { CommandFailure, exitCodes } from '../failure.js'
import { loadAppQuietly, quietly } from '../load.js'
import { shapeOf } from './app-shape-of.js'

const MAIN = fileURLToPath(new URL('../main.js', import.meta.url))
const OUTPUT_BYTES = 4 * 1024 * 1024

const description = z.object({
  ...{ name: z.string(), version: z.string(), ...appShape.shape },
  /** What cannot be told of it, and why. */
  untold: z.array(z.string()),
})

export type AppDescription = z.infer<typeof description>

/** Compiles an app file, and has `quorate __describe` look at it. @throws CommandFailure */
export const describeApp: DescribeApp = async (file) => {
  const module = await compileApp(file, 'agent')
  return { ...(await describeModule(module, file)), module }
}

/** Has `quorate __describe` look at a compiled app file. @throws CommandFailure */
export async function describeModule(module: string, file: string): Promise<AppDescription> {
  const args = [MAIN, '__describe', module, file]
  const limits = { timeout: agentLimits.describeMs, maxBuffer: OUTPUT_BYTES }
  const { stdout } = await promisify(execFile)(process.execPath, args, limits).catch((error: unknown) => {
    throw new CommandFailure(exitCodes.failure, whyIn(error) ?? `${file} cannot be looked at`)
  })
  return description.parse(JSON.parse(stdout))
}

/** Prints what a compiled app file declares. */
export async function describe([compiled = '', shown = compiled]: readonly string[]): Promise<number> {
  const app = await loadAppQuietly(compiled, shown)
  const { name, version } = app
  const text = JSON.stringify({ name, version, ...(await quietly(() => shapeOf(app))) })
  process.stdout.write(`${text}\n`)
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
