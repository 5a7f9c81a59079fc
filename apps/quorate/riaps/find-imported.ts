/** Where the app is that a `.depl` is about: what `quorate import` made of the model. */
import { dirname, join, relative, resolve } from 'node:path'
import { usage } from '../failure.js'
import { FACTS_FILE, type Facts } from './facts.js'
import { contents, readFacts } from './place-files.js'
import { folderOf } from './read-model.js'

export interface Found {
  /** Relative to the `.depl`. */
  readonly appFile: string
  /** Undefined where the app was not imported. */
  readonly facts: Facts | undefined
}

/**
 * Beside the `.depl` and in the working folder, there or in a folder that is called as the app.
 * @param given an app file that is known, relative to the `.depl`.
 * @throws CommandFailure where there is none.
 */
export async function findImported(file: string, app: string, given: string | undefined): Promise<Found> {
  const beside = dirname(resolve(file))
  if (given !== undefined) {
    return { appFile: given, facts: await factsIn(dirname(resolve(beside, given)), app) }
  }
  const folders = [beside, process.cwd()].flatMap((folder) => [folder, join(folder, folderOf(app))])
  for (const folder of new Set(folders)) {
    const facts = await factsIn(folder, app)
    if (facts) return { appFile: relative(beside, join(folder, 'app.ts')).replaceAll('\\', '/'), facts }
  }
  const text = `${file} deploys the app ${app}, which is not imported here`
  throw usage(`${text}; first: quorate import <its .riaps file>`)
}

async function factsIn(folder: string, app: string): Promise<Facts | undefined> {
  const file = join(folder, FACTS_FILE)
  const text = await contents(file)
  if (text === undefined) return undefined
  const facts = readFacts(file, text)
  return facts.app === app ? facts : undefined
}
