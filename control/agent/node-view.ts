/** What an agent tells of itself and of its host. */
import { arch, availableParallelism, freemem, platform, totalmem } from 'node:os'
import { type Json, objectOf } from '../fastapi/json.js'
import type { Labels } from '../nearby/index.js'

/** Which agent it is. */
export interface NodeIdentity {
  /** 16 hex characters, drawn at each start. */
  readonly id: string
  readonly name: string
  readonly labels: Labels
  /** Of quorate. */
  readonly version: string
  /** Other hosts come in TLS, or not at all. */
  readonly isEncrypted: boolean
}

export function nodeView({ id, name, labels, version, isEncrypted }: NodeIdentity): Json {
  return objectOf({
    ...{ id, name, labels: objectOf(labels), version, node: process.versions.node },
    ...{ platform: platform(), arch: arch(), cpus: availableParallelism() },
    memory: objectOf({ totalBytes: totalmem(), freeBytes: freemem() }),
    encrypted: isEncrypted,
  })
}
