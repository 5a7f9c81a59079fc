/** `quorate agent`: starts, watches and stops the actors of this node, as it is told over HTTP. */
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { Command, Option } from 'commander'
import { Agent, AgentError, type NodeAtHub, tokenOfFile } from '../../../control/agent/index.js'
import { actorPrograms } from '../agent/actor-programs.js'
import { describeApp } from '../agent/app-description.js'
import { CommandFailure, exitCodes, lineOf, usage } from '../failure.js'
import { stateFolder } from '../folders.js'
import { parseOptions, withSettings } from '../options.js'
import { settingsOf } from '../settings/find.js'
import { hubIn } from '../settings/hub.js'
import { HUB_TOKEN_VARIABLE } from '../settings/hub-token.js'
import type { SettingsInForce } from '../settings/in-force.js'
import { known } from '../settings/known.js'
import { complain } from '../terminal.js'
import { untilSignal } from '../until-signal.js'
import { version } from '../version.js'

const PORT = '8001'

export function agentCommand(): Command {
  const command = new Command('quorate agent')
    .description('start, watch and stop the actors of this node, as told over HTTP')
    .addOption(new Option('--host <address>', 'IPv4 address to listen at').default('127.0.0.1'))
    .addOption(new Option('--port <port>', 'TCP port to listen at; 0 is a free one').default(PORT))
    .addOption(
      new Option('--data <folder>', 'folder of what it keeps (default: quorate/agent in ~/.local/state)'),
    )
    .addOption(
      new Option('--app <file>', 'install the app of this file; may be given several times')
        .argParser((file: string, before: readonly string[]) => [...before, file])
        .default([], 'none'),
    )
    .addOption(
      new Option('--name <name>', 'what the hub calls this node, and no other').default(
        hostname(),
        'the host name',
      ),
    )
    .addOption(new Option('--open', 'no token: whoever is on this host may come; loopback only'))
    .addHelpText('after', HELP)
  const { discovery, interface: network, keys, insecure, yesInsecureNetwork, seats } = known
  const { hub, hubTokenFile, logLevel } = known
  const secrets = [keys, insecure, yesInsecureNetwork]
  const own = [discovery, network, ...secrets, seats, hub, hubTokenFile, logLevel, known.json]
  return withSettings(command, own, { json: 'what happens as JSON lines on standard output' })
}

const HELP = `
Its actors go on when it ends, however it ends; started again, it knows them. Ctrl-C ends it alone.`

interface Given {
  readonly host: string
  readonly port: string
  readonly data?: string
  readonly app: readonly string[]
  readonly open?: boolean
  readonly name: string
}

/** Runs the command; resolves with the exit code. */
export async function agent(args: readonly string[]): Promise<number> {
  const command = agentCommand()
  parseOptions(command, args)
  const given: Given = command.opts()
  const { host, open = false, data = stateFolder('agent') } = given
  const settings = settingsOf(command)
  const program = actorPrograms(settings)
  if (!/^\d{1,5}$/.test(given.port)) throw usage(`--port is ${JSON.stringify(given.port)}; give a TCP port`)
  const options = {
    host,
    port: Number(given.port),
    open,
    data: resolve(data),
    describe: describeApp,
    program,
    ...nodeAtHub(settings, given.name),
  }
  const ended = untilSignal()
  const json = settings.of(known.json)
  let running: Agent | undefined
  try {
    running = new Agent(options)
    await running.start()
    for (const file of given.app) await running.install(resolve(file))
    tellOf(running, { host, data: options.data, json })
    return await ended
  } catch (error) {
    throw error instanceof AgentError ? failureOf(error) : error
  } finally {
    await running?.stop()
  }
}

/** @throws CommandFailure where the token of the hub cannot be read. */
function nodeAtHub(settings: SettingsInForce, name: string): { readonly hub?: NodeAtHub } {
  const hub = hubIn(settings)
  if (!hub) return {}
  const { url, tokenFile } = hub
  const ofVariable = process.env[HUB_TOKEN_VARIABLE] || undefined
  const token = ofVariable ?? (tokenFile === '' ? undefined : tokenOfFile(tokenFile))
  return { hub: { url, token, name, version: version(), tell: complain } }
}

interface Told {
  readonly host: string
  readonly data: string
  readonly json: boolean
}

function tellOf({ port, token }: Agent, { host, data, json }: Told): void {
  const url = `http://${host}:${port}`
  if (json) process.stdout.write(`${JSON.stringify({ v: 1, event: 'ready', url, data })}\n`)
  complain(`the agent is at ${url}, and keeps its data in ${data}`)
  if (token === undefined) complain('it is open: whoever is on this host may start and stop actors')
  else complain(`who comes shows the token in ${join(data, 'token')}`)
}

function failureOf(error: AgentError): CommandFailure {
  const isUsage = error.code === 'agent-bad-option' || error.code === 'agent-bad-app'
  return new CommandFailure(isUsage ? exitCodes.usage : exitCodes.failure, lineOf(error))
}
