/** `quorate deploy`: brings an app, or another version of it, to agents, and has them run it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command, Option } from 'commander'
import { packBundle } from '../bundle/pack.js'
import { carryOut } from '../deploy/carry-out.js'
import { keysMaker } from '../deploy/keys.js'
import { packedLike } from '../deploy/packed.js'
import { propose } from '../deploy/proposal.js'
import type { ReachedAgent } from '../deploy/reached-agent.js'
import {
  type AgentsGiven,
  agentsOf,
  appFileOf,
  deploymentFile,
  type ReachedAgents,
  withAgents,
} from '../deploy/target.js'
import { complainOf, planLines, progressFor } from '../deploy/words.js'
import { exitCodes, usage } from '../failure.js'
import { hubHelp } from '../hub-line.js'
import { parseOptions, withSettings } from '../options.js'
import { settingsOf } from '../settings/find.js'
import { known } from '../settings/known.js'
import { complain } from '../terminal.js'

export function deployCommand(): Command {
  const command = new Command('quorate deploy')
    .description('bring an app to agents, or another version of it, and run it there')
    .argument('<file>', 'deployment.yaml, or the .depl of an imported RIAPS app')
  withAgents(command)
    .addOption(new Option('--plan', 'show what would be done, and do nothing'))
    .addOption(new Option('--allow-interruption', 'groups may lose their quorum meanwhile'))
    .addHelpText('after', HELP)
  const { keys, interface: network, wait, hub, tls, json } = known
  return withSettings(command, [network, wait, hub, tls, keys, json], {
    ...hubHelp,
    json: 'what happens as JSON lines on standard output',
  })
}

const HELP = `
It ends with all actors in the new version, or all in the old one. Ctrl-C has it taken back; a second one
leaves it to the agents, which go on.`

interface Given extends AgentsGiven {
  readonly plan?: boolean
  readonly allowInterruption?: boolean
}

/** Runs the command; resolves with the exit code. */
export async function deploy(args: readonly string[]): Promise<number> {
  const command = deployCommand()
  parseOptions(command, args)
  const given: Given = command.opts()
  const [path] = command.args
  if (path === undefined) throw usage('name the file of the deployment')
  const file = await deploymentFile(path)
  for (const note of file.notes) complain(note)
  const settings = settingsOf(command, appFileOf(file))
  const folder = mkdtempSync(join(tmpdir(), 'quorate-deploy-'))
  let reached: ReachedAgents | undefined
  try {
    reached = await agentsOf(file, given, settings)
    // What became free by the first rollout is given by a second one.
    for (let round = 0; round < 2; round++) {
      const isWanting = await deployOnce({ command, file, given, agents: reached.all, folder })
      if (typeof isWanting === 'number') return isWanting
      if (!isWanting) return exitCodes.ok
      await reached.close()
      reached = await agentsOf(file, given, settings)
    }
    return exitCodes.ok
  } finally {
    await reached?.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Deploying {
  readonly command: Command
  readonly file: Awaited<ReturnType<typeof deploymentFile>>
  readonly given: Given
  readonly agents: readonly ReachedAgent[]
  /** For the bundle. */
  readonly folder: string
}

/** Whether there are seats for another rollout; an exit code where it ends here. */
async function deployOnce({ command, file, given, agents, folder }: Deploying): Promise<boolean | number> {
  const settings = settingsOf(command, appFileOf(file))
  const json = settings.of(known.json)
  const { keys, folder: keyFolder } = keysMaker(command, appFileOf(file))
  const { deployment } = file
  const packing = {
    appFile: appFileOf(file),
    out: join(folder, 'app.qb'),
    keys: keyFolder,
    files: deployment.files,
  }
  const packed = await packedLike(agents, deployment.name, packing, packBundle)
  for (const warning of packed.warnings) complain(warning)
  const mayInterrupt = given.allowInterruption === true
  const proposal = await propose(deployment, packed, { agents, gone: given.gone, mayInterrupt })
  for (const warning of proposal.warnings) complain(warning)
  for (const line of planLines(proposal, json)) process.stdout.write(`${line}\n`)
  if (given.plan === true || proposal.steps.length === 0) return exitCodes.ok
  const progress = progressFor(json)
  try {
    const makeKeys = (actors: readonly string[]) => keys(packed.manifest.app, actors)
    const told = await carryOut(proposal, { packed, makeKeys, progress })
    if (told.outcome === 'new') return proposal.isWanting
    return complainOf(told)
  } finally {
    progress.end()
  }
}
