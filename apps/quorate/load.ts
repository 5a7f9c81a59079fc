/** Imports a compiled app file. */
import { pathToFileURL } from 'node:url'
import { type AppDefinition, describeThrown, isApp } from '../../runtime/index.js'
import { CommandFailure, exitCodes, isMistakeInApp, usage } from './failure.js'
import { commandLimits } from './limits.js'
import { complain, mute } from './terminal.js'

/** @throws CommandFailure where the file throws, hangs, or exports no app. */
export async function loadApp(compiled: string, shown = 'the app file'): Promise<AppDefinition> {
  process.setSourceMapsEnabled(true)
  let module: object
  try {
    module = await inTime(import(pathToFileURL(compiled).href), shown)
  } catch (error) {
    if (error instanceof CommandFailure) throw error
    // What app(), actor(), group() and message() complain of is no accident.
    if (isMistakeInApp(error)) throw usage(`${shown}: ${describeThrown(error)}`)
    throw new CommandFailure(
      exitCodes.failure,
      `${shown} threw while it was loaded: ${describeThrown(error)}`,
    )
  }
  const exported: unknown = 'default' in module ? module.default : undefined
  if (isApp(exported)) return exported
  throw usage(`${shown} exports no app; end it with: export default app('name', { actors: { … } })`)
}

/**
 * As loadApp(), for the launcher. What the file prints is left out, for the actors that load it after will
 * print it, too. A file that ends the process as if all were well is told of.
 */
export async function loadAppQuietly(compiled: string, shown: string): Promise<AppDefinition> {
  const onExit = (exitCode: number): void => {
    if (exitCode !== exitCodes.ok) return
    complain(`${shown} ended the process while it was loaded`)
    process.exitCode = exitCodes.failure
  }
  process.once('exit', onExit)
  try {
    return await quietly(() => loadApp(compiled, shown))
  } finally {
    process.off('exit', onExit)
  }
}

/** Leaves out what is printed on standard output meanwhile. */
export async function quietly<T>(work: () => T | Promise<T>): Promise<T> {
  const unmute = mute(process.stdout)
  try {
    return await work()
  } finally {
    unmute()
  }
}

async function inTime(loading: Promise<object>, shown: string): Promise<object> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    const within = `within ${commandLimits.loadMs / 1000} s`
    const text = `${shown} was not loaded ${within}: does it wait for what never comes?`
    timer = setTimeout(() => reject(new CommandFailure(exitCodes.failure, text)), commandLimits.loadMs)
  })
  try {
    return await Promise.race([loading, late])
  } finally {
    clearTimeout(timer)
  }
}
