/**
 * Which actors are announced, does the directory of each answer, and do they speak a wire version in common
 * with us?
 */
import { isLoopback, NEEDS_KEYS } from '../../../discovery/index.js'
import { WIRE_VERSION } from '../../../ports/index.js'
import type { Sighting } from '../observatory.js'
import { harmless } from '../terminal.js'
import { bounded, type Finding, fail, ok, type Probe, warn } from './finding.js'
import { nameOf } from './sighting-name.js'
import { type Reach, tcpReach } from './tcp-reach.js'

const FIREWALL = 'let firewalls accept TCP between the hosts, on all ports above 1023'

/** By what a bare TCP connection to the directory does. */
const TROUBLES: Readonly<Record<Reach, readonly [found: string, advice: string]>> = {
  refuses: ['refuses connections: firewall or dead', `is the process still there? If so, ${FIREWALL}`],
  silent: ['does not take connections: firewall or dead', `is the host still there? If so, ${FIREWALL}`],
  unroutable: ['cannot be reached: there is no route to it', 'choose an interface that all hosts share'],
  accepts: [
    'takes connections, but says nothing',
    'the process hangs or is paused, or is no actor of quorate',
  ],
}

export const actorsReachable: Probe = {
  name: 'actors',
  async run(context) {
    const sightings = await context.sightings()
    if (sightings.length === 0) {
      const elsewhere = context.allInterfaces ? '' : ', or look with --all-interfaces'
      return [warn('no actors were found here', `start one with quorate run${elsewhere}`)]
    }
    return bounded([...judgeKeys(sightings), ...(await Promise.all(sightings.map(judge)))])
  },
}

/** A finding for each app of which some actors have keys and others do not. */
export function judgeKeys(sightings: readonly Sighting[]): Finding[] {
  const answering = sightings.filter(({ record, status }) => record && status)
  const locked = new Set(answering.filter(({ hasKeys }) => hasKeys).map(({ record }) => record?.app))
  const open = new Set(answering.filter(({ hasKeys }) => !hasKeys).map(({ record }) => record?.app))
  const mixed = [...open].filter((app) => locked.has(app)).sort()
  return mixed.map((app) =>
    warn(
      harmless(`the app ${app} runs with keys and without: actors of the two do not talk to each other`),
      'start all of its actors without --insecure, or all with it',
    ),
  )
}

async function judge(sighting: Sighting): Promise<Finding> {
  const { host, port, record, hasKeys, status, helloMs, refusal, why } = sighting
  const name = nameOf(sighting)
  if (record && !record.wire.includes(WIRE_VERSION)) return otherWire(name, record.wire)
  if (status) {
    const answers = `${name} answers in ${(helloMs ?? 0).toFixed(1)} ms, wire version ${WIRE_VERSION}`
    if (hasKeys || isLoopback(host)) return ok(hasKeys ? answers : `${answers}, without keys`)
    return warn(`${answers}, without keys: anybody on the network can be it`, 'run it without --insecure')
  }
  if (refusal) return fail(`${name}: ${harmless(why)}`, adviceOn(refusal))
  if (helloMs !== undefined) return warn(`${name}: ${harmless(why)}`, 'it may be ending, or hang: look again')
  const [found, advice] = TROUBLES[await tcpReach(host, port)]
  return fail(`${name} is announced but ${found}`, advice)
}

function otherWire(name: string, wire: readonly number[]): Finding {
  const found = `${name} speaks wire version ${wire.join(', ')}, this quorate ${WIRE_VERSION}`
  return fail(found, 'update the older of the two')
}

function adviceOn(refusal: string): string {
  if (refusal === 'no-common-version') return 'update the older of the two'
  return refusal === NEEDS_KEYS ? 'bring a key of the app here: quorate keys --help' : 'it says why'
}
