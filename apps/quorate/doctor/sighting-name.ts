/** What an actor that was seen is called in findings. */
import { shortId, versionedApp } from '../actor-list.js'
import type { Sighting } from '../observatory.js'
import { harmless } from '../terminal.js'

/** `Averager 4f7e1e5e (averager 1.0.0) at 127.0.0.1:46707`, as far as it is known. */
export function nameOf({ record, status, host, port }: Sighting): string {
  const at = harmless(`${host}:${port}`)
  if (!record) return at
  const app = versionedApp({ app: record.app, version: status?.version ?? '' })
  return `${shortNameOf(record)} (${app}) at ${at}`
}

/** `Averager 4f7e1e5e`. */
export function shortNameOf({ actor, id }: { readonly actor: string; readonly id: string }): string {
  return `${harmless(actor)} ${shortId(id)}`
}
