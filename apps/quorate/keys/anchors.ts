/** `quorate keys anchors`: the public file by which agents of other hosts take bundles of an app. */
import { resolve } from 'node:path'
import type { Command } from 'commander'
import {
  anchorsText,
  KeyError,
  PUBLIC_MODE,
  readTrust,
  replaceKeyFile,
} from '../../../ports/security/index.js'
import { placeOf } from './place.js'
import { print } from './words.js'

export async function anchors(command: Command): Promise<void> {
  const { out }: { out?: string } = command.opts()
  const { app, folder } = await placeOf(command)
  const trust = await readTrust(folder)
  if (!trust) {
    const way = `quorate keys init ${app} makes an app key, quorate keys import takes keys of another host`
    throw new KeyError('no-key', `there are no keys of the app ${app} in ${folder.path}; ${way}`)
  }
  const text = anchorsText(trust.anchors, app)
  if (out === undefined) {
    process.stdout.write(text)
    return
  }
  await replaceKeyFile(resolve(out), text, PUBLIC_MODE)
  print([`${app}: ${out} says whom to trust; on another host: quorate agent --trust ${out}`])
}
