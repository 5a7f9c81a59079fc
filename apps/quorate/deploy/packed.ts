/** The bundle of a deployment: what runs already is not made anew. */
import { bundleManifest } from '../../../control/bundle/index.js'
import type { PackedBundle, Packing } from '../bundle/pack.js'
import { okIn, type ReachedAgent } from './reached-agent.js'

/**
 * Packs an app. Where that is what agents run already, it comes to be the same bundle: then there is nothing
 * to be done. @throws what packing throws.
 */
export async function packedLike(
  agents: readonly ReachedAgent[],
  deployment: string | undefined,
  packing: Packing,
  pack: (packing: Packing) => Promise<PackedBundle>,
): Promise<PackedBundle> {
  // Whoever's clock is behind makes a newer one all the same.
  const newest = Math.max(0, ...agents.flatMap(({ deployments }) => deployments.map((each) => each.newest)))
  const packed = await pack({ ...packing, sequence: Math.max(Date.now(), newest + 1) })
  const { app, sequence: _number, made: _time, ...content } = packed.manifest
  const looked = new Set<string>()
  for (const { client, deployments } of agents) {
    const digest = deployments.find(({ name }) => name === (deployment ?? app))?.current?.bundle
    if (digest === undefined || looked.has(digest)) continue
    looked.add(digest)
    const { status, json } = await client.request('GET', `/v1/bundles/${digest}`)
    if (status === 404) continue
    const there = bundleManifest.parse(okIn({ status, json }))
    const { app: its, sequence, made, ...itsContent } = there
    if (its === app && JSON.stringify(itsContent) === JSON.stringify(content))
      return pack({ ...packing, sequence, made })
  }
  return packed
}
