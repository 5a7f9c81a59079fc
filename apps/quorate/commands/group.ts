/** `quorate group`: has the leader of a group hand over, or a group vote. Who may, the keys say. */
import { Command, Option } from 'commander'
import { ActorCommand, ApiCommand, ApiCommandRequestResult, type ApiReply } from '../../../control/index.js'
import { connectionTo } from '../console/connections.js'
import { valueIn } from '../console/line.js'
import { CommandFailure, exitCodes, usage } from '../failure.js'
import { keysWantedBy, Observatory, type Sighting } from '../observatory.js'
import { parseOptions, withSettings } from '../options.js'
import { settingsOf } from '../settings/find.js'
import { known } from '../settings/known.js'
import { observedBy } from '../settings/observed.js'
import { complain, harmless } from '../terminal.js'

export function groupCommand(): Command {
  const command = new Command('quorate group')
    .description('have the leader of a group hand over, or the group vote')
    .usage('<group> transfer [member] | <group> vote <topic>')
    .argument('<group>', 'type and instance: Cell.north')
    .argument('<what>', 'transfer, or vote')
    .argument('[which]', 'the member that is to lead (32 hex characters); what is voted on')
    .addOption(
      new Option('--kind <kind>', 'what decides').choices(['majority', 'consensus']).default('majority'),
    )
    .addOption(new Option('--timeout <ms>', 'milliseconds until it ends without a decision').default('1500'))
  const { discovery, interface: network, app, keys, wait, json } = known
  return withSettings(command, [discovery, network, app, keys, wait, json], { json: 'the result as JSON' })
}

interface Wanted {
  readonly custom: number
  readonly data: { readonly group: string; readonly to?: string; readonly [option: string]: unknown }
}

/** Runs the command; resolves with the exit code. */
export async function group(args: readonly string[]): Promise<number> {
  const command = groupCommand()
  parseOptions(command, args)
  const settings = settingsOf(command)
  const [name = ''] = command.args
  const wanted = wantedOf(command)
  const observatory = new Observatory({ ...observedBy(settings), isCommanding: true })
  await observatory.open()
  try {
    await observatory.settle(settings.of(known.wait))
    const reply = await asked(whoHas(name, await observatory.look()), wanted)
    return told(reply, wanted, settings.of(known.json))
  } finally {
    await observatory.close()
  }
}

function wantedOf(command: Command): Wanted {
  const [group = '', what, which, ...more] = command.args
  const { kind, timeout }: { kind: string; timeout: string } = command.opts()
  if (more.length > 0) throw usage('quorate group <group> transfer [member], or <group> vote <topic>')
  if (what === 'transfer') {
    return {
      custom: ActorCommand.GROUP_TRANSFER,
      data: { group, ...(which === undefined ? {} : { to: which }) },
    }
  }
  if (what !== 'vote' || which === undefined) {
    throw usage('quorate group <group> transfer [member], or <group> vote <topic>')
  }
  if (!(Number(timeout) > 0))
    throw usage(`--timeout is ${JSON.stringify(timeout)}; give milliseconds above 0`)
  const topic = valueIn({ text: which, isQuoted: false })
  return { custom: ActorCommand.GROUP_VOTE, data: { group, topic, kind, timeout: Number(timeout) } }
}

/** Its leader, which alone can hand over; of a group without one, any member. */
function whoHas(name: string, sightings: readonly Sighting[]): Sighting {
  const members = sightings.filter(({ status }) => status?.groups?.some((each) => each.name === name))
  const leader = members.find(({ status }) =>
    status?.groups?.some((each) => each.name === name && each.leader === each.id),
  )
  const found = leader ?? members[0]
  if (found) return found
  const [wanting = 'quorate groups lists all'] = keysWantedBy(sightings)
  throw new CommandFailure(exitCodes.unreachable, `no actor that answers has joined ${name}; ${wanting}`)
}

async function asked(sighting: Sighting, { custom, data }: Wanted): Promise<ApiReply> {
  const { client } = connectionTo(sighting)
  try {
    return await client.run(ApiCommand.USER_DEFINED, { customCommand: custom, data })
  } finally {
    client.close()
  }
}

function told({ result, data, errorMessage }: ApiReply, wanted: Wanted, json: boolean): number {
  const { group: name, to } = wanted.data
  if (json)
    process.stdout.write(`${JSON.stringify({ v: 1, group: name, result, data, error: errorMessage })}\n`)
  if (result !== ApiCommandRequestResult.SUCCESS) {
    complain(`${name}: ${harmless(errorMessage ?? `the result is ${result}`)}`)
    return exitCodes.failure
  }
  const leader = memberOf(data, 'leader')
  if (to !== undefined && leader !== to) {
    complain(`${name} is led by ${harmless(String(leader ?? 'nobody'))}, and not by ${to}`)
    return exitCodes.failure
  }
  const text =
    wanted.custom === ActorCommand.GROUP_VOTE ? `: ${memberOf(data, 'outcome')}` : ` is led by ${leader}`
  if (!json) process.stdout.write(`${harmless(name + text)}\n`)
  return exitCodes.ok
}

function memberOf(data: unknown, member: string): unknown {
  return Object.entries(data ?? {}).find(([name]) => name === member)?.[1]
}
