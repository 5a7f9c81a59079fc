/** The files of a model: itself, and the structs of Cap'n Proto beside it. */
import { readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { messageOf } from '../../../ports/index.js'
import { usage } from '../failure.js'
import { commandLimits } from '../limits.js'
import { type CapnpFile, readCapnp } from './capnp.js'
import type { AppModel } from './model.js'
import { modelOfJson } from './model-json.js'
import { parseModel } from './model-parser.js'
import { kebabCase, plain } from './spelling.js'

/** The apps of a `.riaps` file, or of its JSON. @throws ModelRefused; CommandFailure without a file. */
export async function readModel(file: string): Promise<AppModel[]> {
  const text = await readBounded(file)
  return file.endsWith('.json') ? [modelOfJson(text, file)] : parseModel(text, file)
}

/** @throws CommandFailure for what cannot be read, or is too long. */
export async function readBounded(file: string): Promise<string> {
  try {
    const { size } = await stat(file)
    if (size <= commandLimits.modelBytes) return await readFile(file, 'utf8')
  } catch (error) {
    throw usage(`${file} cannot be read: ${messageOf(error)}`)
  }
  throw usage(`${file} has more than ${commandLimits.modelBytes} bytes; is it a model?`)
}

/** All `.capnp` files in the folder of a model, within bounds. */
export async function capnpBeside(file: string): Promise<CapnpFile[]> {
  const folder = dirname(resolve(file))
  const names = (await readdir(folder)).filter((name) => name.endsWith('.capnp')).sort()
  const found: CapnpFile[] = []
  for (const name of names.slice(0, commandLimits.capnpFiles)) {
    found.push(readCapnp(await readBounded(join(folder, name))))
  }
  return found
}

/** The folder that an app is imported into, unless another is asked for. */
export function folderOf(app: string): string {
  return kebabCase(plain(app)) || 'app'
}
