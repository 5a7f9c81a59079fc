/** What a deployment is called: as its file says, else as its app is. */
import { compileApp } from '../compile.js'
import { loadAppQuietly } from '../load.js'
import { appFileOf, type DeploymentFile } from './target.js'

/** @param target the name itself, where there is no file. @throws CommandFailure. */
export async function nameIn(target: string, file: DeploymentFile | undefined): Promise<string> {
  if (!file) return target
  const { name } = file.deployment
  if (name !== undefined) return name
  const app = appFileOf(file)
  return (await loadAppQuietly(await compileApp(app, 'deploy'), app)).name
}
