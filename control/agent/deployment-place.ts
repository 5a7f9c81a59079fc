/** What deployments find at their agent: its bundles, its actors, and its keys. */
import {
  daysLeft,
  importKeys,
  KeyError,
  type KeyFolder,
  keyLimits,
  loadIdentity,
  readBundle,
  readTrust,
} from '../../ports/security/index.js'
import { BundleError, type InstalledBundles } from '../bundle/index.js'
import { DeployError } from '../rollout/errors.js'
import type { BundleHere, DeploymentPlace } from '../rollout/participant.js'
import { paramsFor } from './installed-apps.js'
import type { AgentStore } from './records.js'
import type { Supervisor } from './supervisor.js'

/** The folder of an app's keys on this host; undefined where its actors run without. */
export type KeyFolderOfApp = (app: string) => KeyFolder | undefined

export interface AgentParts {
  readonly name: string
  readonly store: AgentStore
  readonly supervisor: Supervisor
  readonly bundles: InstalledBundles
  readonly keyFolderOf: KeyFolderOfApp
}

export function deploymentPlace({
  name,
  store,
  supervisor,
  bundles,
  keyFolderOf,
}: AgentParts): DeploymentPlace {
  return {
    ...{ name, store, supervisor },
    bundle: (digest) => bundleHere(bundles, digest),
    keys: async (app, actors, given) => {
      const folder = keyFolderOf(app)
      if (!folder) return
      if (given !== undefined) await takeIn(folder, app, given)
      for (const actor of actors) await requireKey(folder, app, actor, name)
    },
    tidy: () => removeUnused(bundles, store, supervisor),
  }
}

async function bundleHere(bundles: InstalledBundles, digest: string): Promise<BundleHere> {
  const { app, sequence, actors, groups } = bundles.manifest(digest)
  const electing = Object.entries(groups).flatMap(([type, { quorum }]) => (quorum === null ? [] : [type]))
  const module = await bundles.moduleOf(digest)
  return { app, sequence, module, electing, resolve: (actor, given) => paramsFor(app, actors, actor, given) }
}

async function takeIn(folder: KeyFolder, app: string, given: string): Promise<void> {
  const keys = readBundle(given)
  if (typeof keys === 'string' || keys.app !== app) {
    const why = typeof keys === 'string' ? keys : `of ${keys.app}`
    throw new DeployError('deploy-no-keys', `what came as keys of ${app} is ${why}`)
  }
  await importKeys(folder, keys, Date.now()).catch(asDeployError)
}

/** One that ends soon is none: whoever deploys can make another now. */
async function requireKey(folder: KeyFolder, app: string, actor: string, name: string): Promise<void> {
  const nowMs = Date.now()
  const trust = await readTrust(folder).catch(asDeployError)
  const held = await loadIdentity(folder, app, actor, 'actor', nowMs).catch(asDeployError)
  if (trust && daysLeft(held.certificate, trust, nowMs) >= keyLimits.renewDays) return
  throw new DeployError(
    'deploy-no-keys',
    `the key of ${actor} at ${name} ends within ${keyLimits.renewDays} days`,
  )
}

function asDeployError(error: unknown): never {
  if (!(error instanceof KeyError)) throw error
  throw new DeployError('deploy-no-keys', error.message, { cause: error })
}

/** Those that are older than what is deployed of their app, and of which nothing runs. */
async function removeUnused(
  bundles: InstalledBundles,
  store: AgentStore,
  supervisor: Supervisor,
): Promise<void> {
  const deployments = store.deployments()
  const used = new Set([
    ...deployments.flatMap(({ current, next }) => [current?.bundle, next?.slice?.bundle]),
    ...[...supervisor.actors.values()].map(({ record }) => record.spec.bundle),
  ])
  for (const { digest, app, sequence } of bundles.all.values()) {
    const isOld = deployments.some((each) => each.app === app && each.newest > sequence)
    if (used.has(digest) || !isOld) continue
    try {
      await bundles.remove(digest)
    } catch (error) {
      // It is looked for again with the next rollout.
      if (!(error instanceof BundleError)) throw error
    }
  }
}
