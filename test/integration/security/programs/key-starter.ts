/**
 * Finds its key as an actor does when it starts: the folder, and the name of the actor. Says that it is
 * there, waits for a word, and says the anchors and the serial that it has.
 */
import { ensureKeys, keyFolderAt, loadIdentity, readTrust } from '../../../../ports/security/index.js'

const [path = '', actor = ''] = process.argv.slice(2)

process.once('disconnect', () => process.exit())
process.once('message', () => {
  start().then(say, (error) => say(`failed: ${error}`))
})
say('ready')

async function start(): Promise<string> {
  const folder = keyFolderAt(path)
  await ensureKeys(folder, 'cell')
  const { certificate } = await loadIdentity(folder, 'cell', actor)
  const trust = await readTrust(folder)
  return `${trust?.anchors.map(({ key }) => key).join()} ${certificate.serial}`
}

function say(text: string): void {
  process.send?.(text)
}
