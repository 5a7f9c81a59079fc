/** `quorate ps`: what is on the network: actors, their ports, and who is connected to whom. */
import { Command } from 'commander'
import { actorLines, sampleOf } from '../actor-list.js'
import { type Look, lookAtNetwork, lookSettings } from '../looking.js'
import { parseOptions, withSettings } from '../options.js'

const look: Look = {
  sampleOf,
  linesOf: actorLines,
  countOf: (sightings) => {
    const answering = sightings.filter(({ status }) => status).length
    return `${answering} ${answering === 1 ? 'actor' : 'actors'}`
  },
  nothingOf: () => '',
}

export function psCommand(): Command {
  const command = new Command('quorate ps').description('list what is on the network')
  return withSettings(command, lookSettings, { json: 'one JSON object a look, with everything' })
}

/** Runs the command; resolves with the exit code. */
export async function ps(args: readonly string[]): Promise<number> {
  const command = psCommand()
  parseOptions(command, args)
  return lookAtNetwork(command, look)
}
