/** `quorate agents`: the agents of a network, and which of them know the token. */
import { Command, Option } from 'commander'
import { findAgents, type MetAgent, meetAgents } from '../../../control/nearby/index.js'
import { agentAddress } from '../../../control/secure/index.js'
import { agentLines, agentSample } from '../agent/agent-list.js'
import { tokenForAgents } from '../agent/token.js'
import { exitCodes, usage } from '../failure.js'
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
    .addHelpText('after', HELP)
  return withSettings(command, [known.interface, known.wait, known.json], {
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
}

/** Runs the command; resolves with the exit code. */
export async function agents(args: readonly string[]): Promise<number> {
  const command = agentsCommand()
  parseOptions(command, args)
  const { agent: named, tokenFile }: Given = command.opts()
  const settings = settingsOf(command)
  if (named.length > commandLimits.namedAgents) {
    throw usage(`name ${commandLimits.namedAgents} agents at most`)
  }
  const token = tokenForAgents(tokenFile)
  const interfaces = interfacesOf(settings)
  const met =
    named.length > 0
      ? await meetAgents(named.map(agentAddress), token)
      : await meetAgents(await found(interfaces, settings.of(known.wait)), token)
  show(met, settings.of(known.json))
  if (met.length === 0) {
    const way = 'start them with quorate agent --host … --announce, or name them with --agent'
    complain(`no agent announces itself on ${interfacesShown(interfaces)}; ${way}`)
  }
  for (const { why, text } of met) if (why !== '' && named.length > 0) complain(text)
  return met.some(({ facts }) => facts) ? exitCodes.ok : exitCodes.unreachable
}

async function found(
  interfaces: Parameters<typeof findAgents>[0]['interfaces'],
  quietMs: number,
): Promise<Parameters<typeof meetAgents>[0]> {
  const there = await findAgents({ interfaces, quietMs })
  return there.map((agent) => ({ host: agent.host, port: agent.port, found: agent }))
}

function show(met: readonly MetAgent[], json: boolean): void {
  const lines = json
    ? [JSON.stringify(agentSample(met, Date.now()))]
    : agentLines(met, screenOf(process.stdout))
  for (const line of lines) process.stdout.write(`${line}\n`)
}
