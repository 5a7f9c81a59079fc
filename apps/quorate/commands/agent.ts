/** `quorate agent`: starts, watches and stops the actors of this node, as it is told over HTTP. */
import { join, resolve } from 'node:path'
import { Command, Option } from 'commander'
import { Agent, AgentError, type HubOfAgent, tokenOfFile } from '../../../control/agent/index.js'
import { actorPrograms } from '../agent/actor-programs.js'
import { anchorsOfHost, keyFoldersOfHost } from '../agent/anchors-of-host.js'
import { describeApp } from '../agent/app-description.js'
import { tokenInFile } from '../agent/token.js'
import { CommandFailure, exitCodes, lineOf, usage } from '../failure.js'
import { stateFolder } from '../folders.js'
import { ownPackage } from '../new/own-package.js'
import { parseOptions, withSettings } from '../options.js'
import { settingsOf } from '../settings/find.js'
import { hubIn, pathIn } from '../settings/hub.js'
import { HUB_TOKEN_VARIABLE } from '../settings/hub-token.js'
import type { SettingsInForce } from '../settings/in-force.js'
import { known } from '../settings/known.js'
import { complain } from '../terminal.js'
import { untilSignal } from '../until-signal.js'
import { ownVersion } from '../version.js'

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
    .addOption(new Option('--name <name>', 'what it is called (default: the name of the host)'))
    .addOption(
      new Option('--label <key=value>', 'what is said of it, as role=inverter; may be given several times')
        .argParser((text: string, before: readonly string[]) => [...before, text])
        .default([], 'none'),
    )
    .addOption(new Option('--announce', 'be found, by mDNS, wherever it is reached or on --interface'))
    .addOption(new Option('--encrypted', 'other hosts come in TLS, or not at all'))
    .addOption(
      new Option('--token-file <file>', 'the token, of 32 characters or more (default: one is made)'),
    )
    .addOption(
      new Option('--trust <file>', 'take bundles that these anchors vouch for; may be given several times')
        .argParser((file: string, before: readonly string[]) => [...before, file])
        .default([], 'none'),
    )
    .addOption(new Option('--open', 'no token: whoever is on this host may come; loopback only'))
    .addHelpText('after', HELP)
  const { discovery, interface: network, keys, insecure, yesInsecureNetwork, seats } = known
  const { hub, tls, hubTokenFile, logLevel } = known
  const secrets = [keys, insecure, yesInsecureNetwork]
  const own = [discovery, network, ...secrets, seats, hub, tls, hubTokenFile, logLevel, known.json]
  return withSettings(command, own, { json: 'what happens as JSON lines on standard output' })
}

const HELP = `
Its actors go on when it ends, however it ends; started again, it knows them. Ctrl-C ends it alone.`

interface Given {
  readonly host: string
  readonly port: string
  readonly data?: string
  readonly app: readonly string[]
  readonly name?: string
  readonly label: readonly string[]
  readonly announce?: boolean
  readonly encrypted?: boolean
  readonly tokenFile?: string
  readonly trust: readonly string[]
  readonly open?: boolean
}

/** Runs the command; resolves with the exit code. */
export async function agent(args: readonly string[]): Promise<number> {
  const command = agentCommand()
  parseOptions(command, args)
  const given: Given = command.opts()
  const { host, name, open = false, encrypted = false, data = stateFolder('agent'), tokenFile } = given
  const settings = settingsOf(command)
  if (!/^\d{1,5}$/.test(given.port)) throw usage(`--port is ${JSON.stringify(given.port)}; give a TCP port`)
  const options = {
    ...{ host, port: Number(given.port), name, open, encrypted, data: resolve(data) },
    ...{ labels: labelsIn(given.label), version: ownVersion() },
    token: tokenFile === undefined ? undefined : tokenInFile(tokenFile),
    announce: given.announce ? settings.of(known.interface) : undefined,
    tell: complain,
    describe: describeApp,
    program: actorPrograms(settings, resolve(data)),
    quorate: await ownPackage(),
    anchorsOf: anchorsOfHost(settings),
    keyFolderOf: keyFoldersOfHost(settings),
    ...hubOfAgent(settings),
  }
  const ended = untilSignal()
  const json = settings.of(known.json)
  let running: Agent | undefined
  try {
    running = new Agent(options)
    await running.start()
    for (const file of given.trust) await running.trust(resolve(file))
    for (const file of given.app) await running.install(resolve(file))
    tellOf(running, { host, data: options.data, json, tokenFile: tokenFile ?? join(options.data, 'token') })
    return await ended
  } catch (error) {
    throw error instanceof AgentError ? failureOf(error) : error
  } finally {
    await running?.stop()
  }
}

/** @throws CommandFailure where the token of the hub cannot be read. */
function hubOfAgent(settings: SettingsInForce): { readonly hub?: HubOfAgent } {
  const hub = hubIn(settings)
  if (!hub) return {}
  const { url, tokenFile } = hub
  const ofVariable = process.env[HUB_TOKEN_VARIABLE] || undefined
  const token = ofVariable ?? (tokenFile === '' ? undefined : tokenOfFile(tokenFile))
  return { hub: { url, token, tls: pathIn(settings, known.tls) } }
}

interface Told {
  readonly host: string
  readonly data: string
  readonly json: boolean
  readonly tokenFile: string
}

function tellOf({ port, token }: Agent, { host, data, json, tokenFile }: Told): void {
  const url = `http://${host}:${port}`
  if (json) process.stdout.write(`${JSON.stringify({ v: 1, event: 'ready', url, data })}\n`)
  complain(`the agent is at ${url}, and keeps its data in ${data}`)
  if (token === undefined) complain('it is open: whoever is on this host may start and stop actors')
  else complain(`who comes shows the token in ${tokenFile}`)
}

function failureOf(error: AgentError): CommandFailure {
  const isUsage = error.code === 'agent-bad-option' || error.code === 'agent-bad-app'
  return new CommandFailure(isUsage ? exitCodes.usage : exitCodes.failure, lineOf(error))
}

function labelsIn(given: readonly string[]): Record<string, string> {
  const pairs = given.map((text): [string, string] => {
    const [, key, value] = /^([^=]+)=(.*)$/s.exec(text) ?? []
    if (key !== undefined && value !== undefined) return [key, value]
    throw usage(`--label is ${JSON.stringify(text)}; give it as role=inverter`)
  })
  return Object.fromEntries(pairs)
}
