/** Imports a compiled app file. */
import { pathToFileURL } from 'node:url'
import { type AppDefinition, AppError, describeThrown, isApp } from '../../runtime/index.js'
import { CommandFailure, exitCodes, usage } from './failure.js'

/**
 * Milliseconds that loading an app file may take: one that awaits what never comes would else wait for ever.
 */
const LOAD_MS = 10_000

/** @throws CommandFailure where the file throws, hangs, or exports no app. */
export async function loadApp(compiled: string, shown = 'the app file'): Promise<AppDefinition> {
  process.setSourceMapsEnabled(true)
  let module: object
  try {
    module = await inTime(import(pathToFileURL(compiled).href), shown)
  } catch (error) {
    if (error instanceof CommandFailure) throw error
    // What app() and actor() complain of is a mistake in the file, and no accident.
    if (error instanceof AppError) throw usage(`${shown}: ${describeThrown(error)}`)
    throw new CommandFailure(
      exitCodes.failure,
      `${shown} threw while it was loaded: ${describeThrown(error)}`,
    )
  }
  const exported: unknown = 'default' in module ? module.default : undefined
  if (isApp(exported)) return exported
  throw usage(`${shown} exports no app; end it with: export default app('name', { actors: { … } })`)
}

/** As loadApp(); what the file prints is left out, for the actors that load it after will print it, too. */
export async function loadAppQuietly(compiled: string, shown: string): Promise<AppDefinition> {
  const { stdout } = process
  const write = stdout.write
  stdout.write = (_text: unknown, encoding?: unknown, done?: unknown) => {
    const told = typeof encoding === 'function' ? encoding : done
    if (typeof told === 'function') queueMicrotask(() => told())
    return true
  }
  try {
    return await loadApp(compiled, shown)
  } finally {
    stdout.write = write
  }
}

async function inTime(loading: Promise<object>, shown: string): Promise<object> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    const text = `${shown} was not loaded within ${LOAD_MS / 1000} s: does it wait for what never comes?`
    timer = setTimeout(() => reject(new CommandFailure(exitCodes.failure, text)), LOAD_MS)
  })
  try {
    return await Promise.race([loading, late])
  } finally {
    clearTimeout(timer)
  }
}
