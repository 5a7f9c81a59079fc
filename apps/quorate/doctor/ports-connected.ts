/** Which ports are not connected, and why, as far as that shows from outside. */
import { counterpartOf } from '../../../ports/index.js'
import { bounded, type Finding, fail, ok, type Probe, warn } from './finding.js'
import {
  belongTogether,
  carriedBy,
  portNameOf,
  portsOf,
  type SeenPort,
  schemaDifference,
} from './port-pairs.js'
import { tcpReach } from './tcp-reach.js'

export const portsConnected: Probe = {
  name: 'ports',
  async run(context) {
    const ports = portsOf(await context.sightingsIfAny())
    const alone = ports.filter(({ connected }) => connected === 0)
    const lonely = await Promise.all(alone.map((port) => judgeAlone(port, ports)))
    const findings = [...mismatches(ports), ...lonely.flat()]
    if (findings.length > 0 || ports.length === 0) return bounded(findings)
    return [ok(`all ${ports.length} ports are connected`)]
  },
}

/** Pairs of ports that stay apart because of their schemas; one finding for each pair of schemas. */
export function mismatches(ports: readonly SeenPort[]): Finding[] {
  const findings: Finding[] = []
  const judged = new Set<string>()
  for (const [index, one] of ports.entries()) {
    for (const other of ports.slice(index + 1)) {
      if (!belongTogether(one, other)) continue
      const key = [printsOf(one), printsOf(other)].sort().join(' ')
      if (judged.has(key)) continue
      judged.add(key)
      const why = schemaDifference(one, other)
      const found = `${portNameOf(one)} (here) and ${portNameOf(other)} (there) stay apart: ${why}`
      if (why) findings.push(fail(found, 'let both import one definition of the message, or rename one'))
    }
  }
  return findings
}

/** Why a port has no connection at all. Nothing where a mismatch of schemas says it already. */
export async function judgeAlone(port: SeenPort, all: readonly SeenPort[]): Promise<Finding[]> {
  const partners = all.filter((other) => belongTogether(port, other))
  if (partners.length === 0) return [noPartner(port, all)]
  const fitting = partners.find((other) => schemaDifference(port, other) === undefined)
  if (!fitting) return []
  const binding = fitting.ad.endpoint ? fitting : port
  const [, host, number] = /^tcp:\/\/(.+):(\d+)$/.exec(binding.ad.endpoint) ?? []
  const pair = `${portNameOf(port)} is not connected to ${portNameOf(fitting)}`
  if (host && (await tcpReach(host, Number(number))) !== 'accepts') {
    const advice = 'let firewalls accept TCP between the hosts, on all ports above 1023'
    return [fail(`${pair}: ${host}:${number} takes no connections from here`, advice)]
  }
  return [warn(pair, 'they may be starting, or one of them hangs: look again')]
}

function noPartner(port: SeenPort, all: readonly SeenPort[]): Finding {
  const wanted = counterpartOf(port.ad.kind) ?? 'counterpart'
  const same = all.filter((other) => other.ad.kind === wanted && carriedBy(other) === carriedBy(port))
  const found = `${portNameOf(port)} is not connected: no ${wanted} of ${carriedBy(port)}`
  const elsewhere = same.find(({ app }) => app === port.app)
  if (elsewhere) {
    const scopes = `${scopeOf(port)} here, ${scopeOf(elsewhere)} at ${portNameOf(elsewhere)}`
    return warn(`${found} in its scope: ${scopes}`, 'give the message one scope in all actors')
  }
  const foreign = same.find(({ app }) => app !== port.app)
  if (foreign) return warn(`${found} in its app`, `that of ${portNameOf(foreign)} is of another app`)
  return warn(`${found} was found`, `start an actor that has one`)
}

function printsOf({ ad }: SeenPort): string {
  return ad.types.map(({ name, fingerprint }) => `${name}=${fingerprint}`).join('#')
}

function scopeOf({ ad }: SeenPort): string {
  return ad.scope.split('@', 1)[0] ?? ad.scope
}
