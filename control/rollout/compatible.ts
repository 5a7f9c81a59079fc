/** Whether two versions of an app may run beside each other for a while, as they do in an upgrade: pure. */
import { incompatibility, type JsonSchema } from '../../ports/index.js'
import { DeployError } from './errors.js'

/** What an app says of its messages and groups, as far as two versions must agree. */
export interface AppShape {
  readonly version: string
  readonly messages: Readonly<
    Record<string, { readonly fingerprint: string; readonly jsonSchema?: JsonSchema | null | undefined }>
  >
  /** What all members of a group must agree on, by its type; a quorum of null is none. */
  readonly groups: Readonly<
    Record<string, { readonly quorum: number | null; readonly timed: boolean; readonly timing: unknown }>
  >
}

/**
 * @throws DeployError `deploy-incompatible` for a message that differs in more than optional fields that are
 * new, with the path; `deploy-could-split` for groups whose members would refuse each other.
 */
export function requireCompatible(now: AppShape, next: AppShape): void {
  for (const [name, mine] of Object.entries(now.messages)) {
    const its = Object.hasOwn(next.messages, name) ? next.messages[name] : undefined
    const why = its && incompatibility(summary(name, mine), summary(name, its))
    if (why === undefined) continue
    const what = `${name} of version ${next.version} differs from that of ${now.version} which runs`
    const way =
      'only optional fields may be added; quorate undeploy it first, or give the message another name'
    throw new DeployError('deploy-incompatible', `${what}: ${inVersions(why)}; ${way}`)
  }
  for (const [type, mine] of Object.entries(now.groups)) {
    const its = Object.hasOwn(next.groups, type) ? next.groups[type] : undefined
    const what = its && differing(mine, its)
    if (what === undefined) continue
    const way = 'members of both would refuse each other; quorate undeploy it first'
    throw new DeployError(
      'deploy-could-split',
      `the group ${type} of version ${next.version} has another ${what}: ${way}`,
    )
  }
}

function summary(name: string, { fingerprint, jsonSchema }: AppShape['messages'][string]) {
  return { name, fingerprint, ...(jsonSchema && { jsonSchema }) }
}

function inVersions(why: string): string {
  return why.replace(/ here\b/, ' now').replace(/ there\b/, ' then')
}

type Shape = AppShape['groups'][string]

function differing(mine: Shape, its: Shape): string | undefined {
  if (mine.quorum !== its.quorum) return `quorum, ${its.quorum ?? 'none'} instead of ${mine.quorum ?? 'none'}`
  if (mine.timed !== its.timed) return 'timed'
  return JSON.stringify(mine.timing) === JSON.stringify(its.timing) ? undefined : 'timing'
}
