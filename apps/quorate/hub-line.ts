/** The hub over which commands reach agents, where one is dialled in place of mDNS. */
import { randomBytes } from 'node:crypto'
import { Option } from 'commander'
import type { HubLine } from '../../control/relay/index.js'
import { usage } from './failure.js'
import { dialledHubIn, pathIn } from './settings/hub.js'
import type { SettingsInForce } from './settings/in-force.js'
import { known } from './settings/known.js'

const NAME = /^[A-Za-z0-9_~-]{1,64}$/
/** So that two commands at once are not taken for one. */
const SUFFIX_BYTES = 8

/** How `known.hub` and `known.tls` are told of, by commands that reach agents. */
export const hubHelp = {
  hub: 'look for agents at this hub, which they have dialled, in place of mDNS',
  tls: 'folder of certificates for it',
} as const

export function nameOption(): Option {
  return new Option('--name <name>', 'by whose certificate the hub is dialled').default('operator')
}

/** Undefined where none is dialled. @throws CommandFailure; RelayError where it is not reached. */
export async function hubLineFor(settings: SettingsInForce, name: string): Promise<HubLine | undefined> {
  const hub = dialledHubIn(settings)
  if (!hub) return undefined
  if (!NAME.test(name)) throw usage(`--name is ${JSON.stringify(name)}; give the name of a certificate`)
  // Loaded here: who finds agents by mDNS needs none of it.
  const { HubLine } = await import('../../control/relay/index.js')
  const own = `${name}.${randomBytes(SUFFIX_BYTES).toString('hex')}`
  const line = await HubLine.dial({ hub, tls: pathIn(settings, known.tls), name: own })
  try {
    await line.reached()
    return line
  } catch (error) {
    await line.close()
    throw error
  }
}
