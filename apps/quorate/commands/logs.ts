/** `quorate logs`: the logs of a deployment, of all its actors or some. */
import { Command, Option } from 'commander'
import { followLogs } from '../deploy/follow-logs.js'
import { nameIn } from '../deploy/name.js'
import { type AgentsGiven, agentsOf, deploymentFile, isFile, withAgents } from '../deploy/target.js'
import { exitCodes, usage } from '../failure.js'
import { hubHelp } from '../hub-line.js'
import { parseOptions, withSettings } from '../options.js'
import { settingsOf } from '../settings/find.js'
import { known } from '../settings/known.js'
import { complain } from '../terminal.js'

const TAIL = '100'

export function logsCommand(): Command {
  const command = new Command('quorate logs')
    .description('show what actors of a deployment have said')
    .argument('<deployment>', 'its name, or its file')
    .argument('[actors...]', 'names or ids of actors (default: all)')
    .addOption(new Option('-f, --follow', 'go on with what comes, until Ctrl-C'))
    .addOption(new Option('--tail <lines>', 'of each, so many of its last lines').default(TAIL))
  withAgents(command)
  return withSettings(command, [known.interface, known.wait, known.hub, known.tls, known.json], {
    ...hubHelp,
    json: 'a line of JSON for each line',
  })
}

interface Given extends AgentsGiven {
  readonly follow?: boolean
  readonly tail: string
}

/** Runs the command; resolves with the exit code. */
export async function logs(args: readonly string[]): Promise<number> {
  const command = logsCommand()
  parseOptions(command, args)
  const given: Given = command.opts()
  const [target, ...actors] = command.args
  if (target === undefined) throw usage('name the deployment, or its file')
  if (!/^\d{1,5}$/.test(given.tail))
    throw usage(`--tail is ${JSON.stringify(given.tail)}; give a number of lines`)
  const file = isFile(target) ? await deploymentFile(target) : undefined
  const settings = settingsOf(command)
  const reached = await agentsOf(file, given, settings)
  const { all: agents } = reached
  try {
    const name = await nameIn(target, file)
    const found = agents.flatMap((agent) => {
      const told = agent.deployments.find((each) => each.name === name)?.actors ?? []
      const isWanted = (each: { id: string; actor: string }): boolean =>
        actors.length === 0 || actors.includes(each.id) || actors.includes(each.actor)
      return told.filter(isWanted).map(({ id }) => ({ agent, id }))
    })
    if (found.length === 0) {
      complain(`no agent has ${actors.length > 0 ? 'such actors' : 'anything'} of ${name}`)
      return exitCodes.unreachable
    }
    const how = { follow: given.follow === true, tail: Number(given.tail), json: settings.of(known.json) }
    return await followLogs(found, how)
  } finally {
    await reached.close()
  }
}
