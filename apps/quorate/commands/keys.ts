/**
 * `quorate keys`: makes, lists and takes back the keys of an app, and makes certificates; each of its
 * commands has a file of its own.
 */
import type { Command } from 'commander'
import { exitCodes, usage } from '../failure.js'
import { keysCommand } from '../keys/commands.js'
import { parseOptions } from '../options.js'

type Perform = (command: Command) => Promise<void>

const performers: Readonly<Record<string, () => Promise<Perform>>> = {
  init: async () => (await import('../keys/init.js')).init,
  actor: async () => (await import('../keys/actor.js')).actor,
  import: async () => (await import('../keys/import.js')).imports,
  anchors: async () => (await import('../keys/anchors.js')).anchors,
  list: async () => (await import('../keys/list.js')).list,
  revoke: async () => (await import('../keys/revoke.js')).revoke,
  tls: async () => (await import('../keys/tls.js')).tls,
  rotate: async () => (await import('../keys/rotate.js')).rotate,
}

/** Runs the command; resolves with the exit code. */
export async function keys([name = '--help', ...args]: readonly string[]): Promise<number> {
  const all = keysCommand()
  const command = all.commands.find((each) => each.name() === name)
  const load = Object.hasOwn(performers, name) ? performers[name] : undefined
  if (command && load) {
    parseOptions(command, args)
    const perform = await load()
    await perform(command)
    return exitCodes.ok
  }
  if (name !== '--help' && name !== '-h') {
    const what = name.startsWith('-') ? 'option' : 'command'
    throw usage(`quorate keys has no ${what} ${JSON.stringify(name)}; quorate keys --help lists what it has`)
  }
  all.outputHelp()
  return exitCodes.ok
}
