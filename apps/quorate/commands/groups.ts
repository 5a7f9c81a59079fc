/** `quorate groups`: the groups on the network: who takes part, who leads, and whether all see it so. */
import { Command } from 'commander'
import { groupLines, groupSampleOf } from '../group-list.js'
import { groupsOf } from '../group-views.js'
import { type Look, lookAtNetwork, lookSettings } from '../looking.js'
import { parseOptions, withSettings } from '../options.js'

const look: Look = {
  sampleOf: groupSampleOf,
  linesOf: groupLines,
  countOf: (sightings) => {
    const { length } = groupsOf(sightings)
    return `${length} ${length === 1 ? 'group' : 'groups'}`
  },
  nothingOf: (sightings) => {
    if (groupsOf(sightings).length > 0) return ''
    const { length } = sightings.filter(({ status }) => status)
    const who = length === 1 ? 'the actor that answers is' : `the ${length} actors that answer are`
    return `${who} in no group`
  },
}

export function groupsCommand(): Command {
  const command = new Command('quorate groups').description(
    'list the groups on the network: members, leader, epoch and term, lease, open polls',
  )
  return withSettings(command, lookSettings, { json: 'one JSON object a look, with everything' })
}

/** Runs the command; resolves with the exit code. */
export async function groups(args: readonly string[]): Promise<number> {
  const command = groupsCommand()
  parseOptions(command, args)
  return lookAtNetwork(command, look)
}
