/** Whether the path of an app file leads to a file, and what is said where it does not. */
import { stat } from 'node:fs/promises'
import { usage } from './failure.js'

/** @throws CommandFailure where there is no file. */
export async function requireAppFile(appFile: string): Promise<void> {
  const found = await stat(appFile).catch(() => undefined)
  if (found?.isFile()) return
  if (found?.isDirectory()) throw usage(`${appFile} is a folder; give the path of a .ts or .js file in it`)
  throw usage(`there is no app file ${appFile}; give the path of a .ts or .js file`)
}
