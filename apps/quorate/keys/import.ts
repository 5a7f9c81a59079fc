/** `quorate keys import`: takes in what `quorate keys actor --out` has written on another host. */
import type { Command } from 'commander'
import { importKeys, KeyError, readBundle, readKeyFile } from '../../../ports/security/index.js'
import { usage } from '../failure.js'
import { at } from './place.js'
import { keyShown, print } from './words.js'

export async function imports(command: Command): Promise<void> {
  const [file = ''] = command.args
  const text = await readKeyFile(file, { isSecret: true })
  if (text === undefined) throw usage(`there is no file ${file}; quorate keys actor --out makes one`)
  const bundle = readBundle(text)
  if (typeof bundle === 'string') {
    throw new KeyError('bad-key-file', `${file} is no file of quorate keys actor --out: ${bundle}`)
  }
  const { folder } = at(command, bundle.app)
  const imported = await importKeys(folder, bundle, Date.now())
  print([
    ...imported.map(({ holder, file: path, isTaken }) =>
      isTaken ? `${keyShown(holder.certificate)}: ${path}` : `${path} is newer, and stays`,
    ),
    `the keys of ${bundle.app} are in ${folder.path}; remove ${file}`,
  ])
}
