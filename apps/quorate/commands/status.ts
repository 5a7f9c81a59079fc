/** `quorate status`: what is deployed, how its actors are, and how far a rollout is. */
import { Command } from 'commander'
import { nameIn } from '../deploy/name.js'
import { stateOf, statusLines, statusSample } from '../deploy/status-view.js'
import { type AgentsGiven, agentsOf, deploymentFile, isFile, withAgents } from '../deploy/target.js'
import { exitCodes } from '../failure.js'
import { hubHelp } from '../hub-line.js'
import { parseOptions, withSettings } from '../options.js'
import { settingsOf } from '../settings/find.js'
import { known } from '../settings/known.js'
import { complain, screenOf } from '../terminal.js'

export function statusCommand(): Command {
  const command = new Command('quorate status')
    .description('show what is deployed, and how its actors are')
    .argument('[deployment]', 'its name, or its file (default: all)')
  withAgents(command).addHelpText(
    'after',
    '\nExit codes: 1 where an actor is not active, or a rollout is under way.',
  )
  return withSettings(command, [known.interface, known.wait, known.hub, known.tls, known.json], {
    ...hubHelp,
    json: 'one JSON object',
  })
}

/** Runs the command; resolves with the exit code. */
export async function status(args: readonly string[]): Promise<number> {
  const command = statusCommand()
  parseOptions(command, args)
  const given: AgentsGiven = command.opts()
  const [target] = command.args
  const file = target !== undefined && isFile(target) ? await deploymentFile(target) : undefined
  const settings = settingsOf(command)
  const reached = await agentsOf(file, given, settings)
  const { all: agents } = reached
  try {
    const name = target === undefined ? undefined : await nameIn(target, file)
    const states = stateOf(agents, name)
    const screen = screenOf(process.stdout)
    const lines = settings.of(known.json)
      ? [JSON.stringify(statusSample(states, Date.now()))]
      : statusLines(states, screen)
    for (const line of lines) process.stdout.write(`${line}\n`)
    if (agents.length === 0)
      complain('no agent is reached; start them with --announce, or name them with --agent')
    else if (states.length === 0)
      complain(name === undefined ? 'nothing is deployed' : `no agent has anything of ${name}`)
    if (states.length === 0) return exitCodes.unreachable
    return states.every(({ isCalm }) => isCalm) ? exitCodes.ok : exitCodes.failure
  } finally {
    await reached.close()
  }
}
