/** `quorate hub`: keeps commands and replies between users and workers, and answers both over HTTP. */
import { join } from 'node:path'
import { Command, Option } from 'commander'
import type { DialledAt, Hub } from '../../../control/hub/index.js'
import { lineOf, usage } from '../failure.js'
import { makeFolder, stateFolder } from '../folders.js'
import { parseOptions, withSettings } from '../options.js'
import { settingsOf } from '../settings/find.js'
import { dialledHubAt, pathIn } from '../settings/hub.js'
import type { SettingsInForce } from '../settings/in-force.js'
import { known } from '../settings/known.js'
import { complain } from '../terminal.js'
import { untilSignal } from '../until-signal.js'
import { ownVersion } from '../version.js'

export function hubCommand(): Command {
  const command = new Command('quorate hub')
    .description('keep commands and replies between users and workers, over HTTP')
    .addOption(new Option('--host <address>', 'IPv4 address to listen at').default('127.0.0.1'))
    .addOption(new Option('--port <port>', 'TCP port; 0 is a free one').default('8000'))
    .addOption(
      new Option('--data <folder>', 'where all is kept that must not be lost').default(stateFolder('hub')),
    )
    .addOption(
      new Option(
        '--communicator <url>',
        'where agents dial it, beside HTTP, as stcp://0:8020 (default: nowhere)',
      ),
    )
    .addOption(new Option('--open', 'let in whoever is on this host, without the token'))
    .addHelpText('after', HELP)
  return withSettings(command, [known.tls, known.json], {
    tls: 'folder of certificates, for --communicator',
    json: 'what happens as JSON lines on standard output',
  })
}

const HELP = `
Whoever comes shows the token that the file "token" of the data folder holds. The routes of the hub of
control-lab-ly are there, and those of its own below /v1: see docs/hub.md.`

interface Given {
  readonly host: string
  readonly port: string
  readonly data: string
  readonly communicator?: string
  readonly open?: boolean
}

/** Runs the command; resolves with the exit code. */
export async function hub(args: readonly string[]): Promise<number> {
  const command = hubCommand()
  parseOptions(command, args)
  const { host, port, data, communicator, open = false }: Given = command.opts()
  const settings = settingsOf(command)
  const json = settings.of(known.json)
  if (!/^\d{1,5}$/.test(port)) throw usage(`--port is ${JSON.stringify(port)}; give a TCP port`)
  await madeFolder(data)
  // Loaded here: who asks for help needs no server.
  const { Hub } = await import('../../../control/hub/index.js')
  const dialled = communicator === undefined ? undefined : dialledAt(communicator, settings)
  const running = new Hub({ host, port: Number(port), data, open, ...(dialled && { dialled }) })
  await startOrEnd(running)
  const { dialledUrl } = running
  const url = `http://${host}:${running.port}`
  const more = dialled && { dialled: dialledUrl }
  if (json) process.stdout.write(`${JSON.stringify({ v: 1, event: 'ready', url, data, ...more })}\n`)
  complain(`the hub is at ${url}, and keeps its data in ${data}`)
  if (dialled) complain(`agents dial it at ${dialledUrl}`)
  complain(`its page is at ${url}/ui/`)
  if (open) complain('it is open: every program of this host may command all workers')
  else complain(`who comes shows the token in ${join(data, 'token')}`)
  try {
    return await untilSignal()
  } finally {
    await running.stop()
  }
}

/** What has begun to listen ends again where the rest of it cannot. */
async function startOrEnd(hub: Hub): Promise<void> {
  try {
    await hub.start()
  } catch (error) {
    await hub.stop()
    throw error
  }
}

/** @throws CommandFailure. */
function dialledAt(url: string, settings: SettingsInForce): DialledAt {
  const hub = dialledHubAt(url, '--communicator')
  return { hub, tls: pathIn(settings, known.tls), version: ownVersion(), tell: complain }
}

/** @throws CommandFailure where it cannot be made. */
async function madeFolder(path: string): Promise<void> {
  try {
    await makeFolder(path, 0o700)
  } catch (error) {
    throw usage(`--data is ${path}, which cannot be made: ${lineOf(error)}`)
  }
}
