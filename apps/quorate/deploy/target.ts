/** Which deployment a command is about: that of a file, or one that agents have, by its name. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, extname, resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { type Deployment, readDeployment, rolloutLimits } from '../../../control/rollout/index.js'
import { lineOf, usage } from '../failure.js'
import { hubLineFor, nameOption } from '../hub-line.js'
import type { SettingsInForce } from '../settings/in-force.js'
import { interfacesOf } from '../settings/interface.js'
import { known } from '../settings/known.js'
import { type ReachedAgent, reachAgents } from './reached-agent.js'

/** A deployment file that was read. */
export interface DeploymentFile {
  readonly path: string
  readonly deployment: Deployment
  /** What whoever wrote it should know. */
  readonly notes: readonly string[]
}

export interface AgentsGiven {
  readonly agent: readonly string[]
  readonly tokenFile?: string
  readonly gone: readonly string[]
  /** By whose certificate a hub is dialled. */
  readonly name: string
}

const FILES: readonly string[] = ['.yaml', '.yml', '.json', '.depl']

/** Options of the commands that look for agents. */
export function withAgents(command: Command): Command {
  const several = (text: string, before: readonly string[]): readonly string[] => [...before, text]
  return command
    .addOption(
      new Option('--agent <name=host[:port]>', 'an agent that takes part; several times')
        .argParser(several)
        .default([], 'those of the file, or that announce themselves'),
    )
    .addOption(new Option('--token-file <file>', 'the token that agents share'))
    .addOption(nameOption())
    .addOption(
      new Option('--gone <name>', 'this agent is gone for good, and so is what it ran; several times')
        .argParser(several)
        .default([], 'none'),
    )
}

/** Whether it names a file, and not a deployment. */
export function isFile(given: string): boolean {
  return FILES.includes(extname(given)) || existsSync(given)
}

/** @throws CommandFailure, DeployError `deploy-bad-file`. */
export async function deploymentFile(path: string): Promise<DeploymentFile> {
  const text = textOf(path)
  if (extname(path) === '.depl') {
    // Its parser is a package that nothing else needs.
    const { deploymentOfDepl } = await import('../riaps/index.js')
    return { path, ...(await deploymentOfDepl(text, { file: path })) }
  }
  return { path, deployment: readDeployment(text, basename(path)), notes: [] }
}

function textOf(path: string): string {
  try {
    if (statSync(path).size > rolloutLimits.fileBytes) throw new Error('it is too long')
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw usage(`${path} cannot be read: ${lineOf(error)}`)
  }
}

/** Agents, and the way to them. */
export interface ReachedAgents {
  readonly all: readonly ReachedAgent[]
  close(): Promise<void>
}

/**
 * The agents of a file, or those that options name. @throws AgentClientError, DeployError, CommandFailure,
 * RelayError.
 */
export async function agentsOf(
  file: DeploymentFile | undefined,
  given: AgentsGiven,
  settings: SettingsInForce,
): Promise<ReachedAgents> {
  const named = Object.fromEntries(given.agent.map(agentIn))
  const { agents = {}, tokenFile } = file?.deployment ?? {}
  // An option is meant from here, and not from the file's folder.
  const shared = given.tokenFile === undefined ? tokenFile : resolve(given.tokenFile)
  const wanted = {
    agents: Object.keys(named).length > 0 ? named : agents,
    tokenFile: shared,
    file: file?.path ?? resolve('deployment.yaml'),
    gone: given.gone,
  }
  const hub = await hubLineFor(settings, given.name)
  try {
    const quietMs = settings.of(known.wait)
    const all = await reachAgents(wanted, { interfaces: hub ? [] : interfacesOf(settings), quietMs, hub })
    const close = async (): Promise<void> => {
      for (const { client } of all) client.close()
      await hub?.close()
    }
    return { all, close }
  } catch (error) {
    await hub?.close()
    throw error
  }
}

function agentIn(text: string): [string, { at: string }] {
  const [, name, at] = /^([^=]+)=(.+)$/.exec(text) ?? []
  if (name !== undefined && at !== undefined) return [name, { at }]
  throw usage(`--agent is ${JSON.stringify(text)}; give it as n1=10.0.0.5:8001, or n1=hub:n1`)
}

/** The file of the app. */
export function appFileOf({ path, deployment }: DeploymentFile): string {
  return resolve(dirname(path), deployment.app)
}
