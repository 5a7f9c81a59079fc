/** Keys of apps, made in memory. */
import { anchorOf, newHolder, newSigner, type Role, type Signer } from '../../ports/security/index.js'
import type { ActorKeys } from '../../runtime/guard.js'

const appKeys = new Map<string, Signer>()

/** A new key of an actor, vouched for by the one key of its app that this process has. */
export function keysFor(app: string, actor: string, roles: readonly Role[] = ['actor']): ActorKeys {
  const appKey = appKeys.get(app) ?? newSigner()
  appKeys.set(app, appKey)
  const anchors = [anchorOf(appKey.publicKey)]
  const holder = newHolder(appKey, anchors, { app, actors: [actor], roles }, Date.now())
  return { holder, trust: { anchors, revocations: undefined } }
}
