/** Imports a compiled app file. */
import { pathToFileURL } from 'node:url'
import { type AppDefinition, describeThrown, isApp } from '../../runtime/index.js'
import { CommandFailure, exitCodes, usage } from './failure.js'

/** @throws CommandFailure where the file throws, or exports no app. */
export async function loadApp(compiled: string, shown = 'the app file'): Promise<AppDefinition> {
  let module: object
  try {
    module = await import(pathToFileURL(compiled).href)
  } catch (error) {
    throw new CommandFailure(
      exitCodes.failure,
      `${shown} threw while it was loaded: ${describeThrown(error)}`,
    )
  }
  const exported: unknown = 'default' in module ? module.default : undefined
  if (isApp(exported)) return exported
  throw usage(`${shown} exports no app; end it with: export default app('name', { actors: { … } })`)
}
