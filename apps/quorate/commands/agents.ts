/** `quorate agents`: the agents of a network, and which of them know the token. */
import { Command, Option } from 'commander'
import { findAgents, type MetAgent, meetAgents, type Whereabouts } from '../../../control/nearby/index.js'
import type { HubLine } from '../../../control/relay/index.js'
import { agentAddress } from '../../../control/secure/index.js'
import { agentLines, agentSample } from '../agent/agent-list.js'
import { tokenForAgents } from '../agent/token.js'
import { exitCodes, usage } from '../failure.js'
import { hubHelp, hubLineFor, nameOption } from '../hub-line.js'
import { commandLimits } from '../limits.js'
import { parseOptions, withSettings } from '../options.js'
import { settingsOf } from '../settings/find.js'
import { interfacesOf, interfacesShown } from '../settings/interface.js'
import { known } from '../settings/known.js'
import { complain, screenOf } from '../terminal.js'

export function agentsCommand(): Command {
  const command = new Command('quorate agents')
    .description('list the agents on the network, and which of them know the token')
    .addOption(
      new Option('--agent <host[:port]>', 'ask this one, and look for no others; several times')
        .argParser((text: string, before: readonly string[]) => [...before, text])
        .default([], 'those that announce themselves'),
    )
    .addOption(new Option('--token-file <file>', 'the token that they share'))
    .addOption(nameOption())
    .addHelpText('after', HELP)
  return withSettings(command, [known.interface, known.wait, known.hub, known.tls, known.json], {
    ...hubHelp,
    json: 'one JSON object',
    wait: 'milliseconds without news after which the search ends',
  })
}

const HELP = `
The token is else in QUORATE_AGENT_TOKEN; else that of the agent of this host. It is sent to nobody: an agent
shows in TLS that it knows it.`

interface Given {
  readonly agent: readonly string[]
  readonly tokenFile?: string
  readonly name: string
}

/** Runs the command; resolves with the exit code. */
export async function agents(args: readonly string[]): Promise<number> {
  const command = agentsCommand()
  parseOptions(command, args)
  const { agent: named, tokenFile, name }: Given = command.opts()
  const settings = settingsOf(command)
  if (named.length > commandLimits.namedAgents) {
    throw usage(`name ${commandLimits.namedAgents} agents at most`)
  }
  const token = tokenForAgents(tokenFile)
  const interfaces = interfacesOf(settings)
  const line = await hubLineFor(settings, name)
  try {
    const look = () => (line ? atHub(line) : found(interfaces, settings.of(known.wait)))
    const places = named.length > 0 ? named.map((each) => ({ address: agentAddress(each) })) : await look()
    const met = await meetAgents(places, token, line && ((agent) => line.connect(agent)))
    show(met, settings.of(known.json))
    if (met.length === 0) complain(line ? NONE_AT_HUB : noneOn(interfaces))
    for (const { why, text } of met) if (why !== '' && named.length > 0) complain(text)
    return met.some(({ facts }) => facts) ? exitCodes.ok : exitCodes.unreachable
  } finally {
    await line?.close()
  }
}

const NONE_AT_HUB = 'no agent has dialled this hub; start them with quorate agent --hub stcp://… --tls …'

function noneOn(interfaces: Parameters<typeof interfacesShown>[0]): string {
  const way = 'start them with quorate agent --host … --announce, or name them with --agent'
  return `no agent announces itself on ${interfacesShown(interfaces)}; ${way}`
}

async function atHub(line: HubLine): Promise<readonly Whereabouts[]> {
  const agents = await line.agents()
  return agents.map(({ name, labels }) => ({ address: { atHub: name }, found: { name, labels } }))
}

async function found(
  interfaces: Parameters<typeof findAgents>[0]['interfaces'],
  quietMs: number,
): Promise<readonly Whereabouts[]> {
  const there = await findAgents({ interfaces, quietMs })
  return there.map((agent) => ({ address: { host: agent.host, port: agent.port }, found: agent }))
}

function show(met: readonly MetAgent[], json: boolean): void {
  const lines = json
    ? [JSON.stringify(agentSample(met, Date.now()))]
    : agentLines(met, screenOf(process.stdout))
  for (const line of lines) process.stdout.write(`${line}\n`)
}
