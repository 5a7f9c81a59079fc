/** `quorate undeploy`: stops all actors of a deployment, at all of its agents. */
import { Command } from 'commander'
import { carryOut } from '../deploy/carry-out.js'
import { nameIn } from '../deploy/name.js'
import { proposeNothing } from '../deploy/proposal.js'
import { type AgentsGiven, agentsOf, deploymentFile, isFile, withAgents } from '../deploy/target.js'
import { complainOf, planLines, progressFor } from '../deploy/words.js'
import { exitCodes, usage } from '../failure.js'
import { hubHelp } from '../hub-line.js'
import { parseOptions, withSettings } from '../options.js'
import { settingsOf } from '../settings/find.js'
import { known } from '../settings/known.js'

export function undeployCommand(): Command {
  const command = new Command('quorate undeploy')
    .description('stop what was deployed, at all of its agents')
    .argument('<deployment>', 'its name, or its file')
  withAgents(command)
  return withSettings(command, [known.interface, known.wait, known.hub, known.tls, known.json], {
    ...hubHelp,
    json: 'what happens as JSON lines on standard output',
  })
}

/** Runs the command; resolves with the exit code. */
export async function undeploy(args: readonly string[]): Promise<number> {
  const command = undeployCommand()
  parseOptions(command, args)
  const given: AgentsGiven = command.opts()
  const [target] = command.args
  if (target === undefined) throw usage('name the deployment, or its file')
  const file = isFile(target) ? await deploymentFile(target) : undefined
  const settings = settingsOf(command)
  const json = settings.of(known.json)
  const reached = await agentsOf(file, given, settings)
  const { all: agents } = reached
  const progress = progressFor(json)
  try {
    const proposal = proposeNothing(await nameIn(target, file), { agents, gone: given.gone })
    for (const line of planLines(proposal, json)) process.stdout.write(`${line}\n`)
    const makeKeys = () => Promise.reject(new Error('nothing is started'))
    const told = await carryOut(proposal, { makeKeys, progress })
    return told.outcome === 'new' ? exitCodes.ok : complainOf(told)
  } finally {
    progress.end()
    await reached.close()
  }
}
