/** Do the actors of one app run in one version? */
import type { Sighting } from '../observatory.js'
import { harmless } from '../terminal.js'
import { type Finding, ok, type Probe, warn } from './finding.js'

/** A finding for each app of which several versions run. */
export function judgeVersions(sightings: readonly Sighting[]): Finding[] {
  const apps = new Map<string, Map<string, string[]>>()
  for (const { record, status } of sightings) {
    if (!record || !status) continue
    const versions = apps.get(record.app) ?? new Map<string, string[]>()
    versions.set(status.version, [...(versions.get(status.version) ?? []), record.actor])
    apps.set(record.app, versions)
  }
  const mixed = [...apps].filter(([, versions]) => versions.size > 1)
  const findings = mixed.map(([app, versions]) => {
    const list = [...versions]
      .sort()
      .map(([version, actors]) => `${version || 'none'} (${countedNames(actors)})`)
    const found = harmless(`the app ${app} runs in several versions: ${list.join(', ')}`)
    return warn(found, 'start all of its actors from one version')
  })
  if (findings.length > 0 || apps.size === 0) return findings
  return [ok(`each app runs in one version: ${harmless([...apps.keys()].join(', '))}`)]
}

export const appVersions: Probe = {
  name: 'versions',
  run: async (context) => judgeVersions(await context.sightingsIfAny()),
}

/** `Averager ×3, Display`. */
function countedNames(names: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].map(([name, count]) => (count > 1 ? `${name} ×${count}` : name)).join(', ')
}
