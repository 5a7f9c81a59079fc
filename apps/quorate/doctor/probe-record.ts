/**
 * The record that the doctor announces for a moment: of an app that no actor is of, and that `quorate ps`
 * hides.
 */
import { randomBytes } from 'node:crypto'
import type { ActorRecord } from '../../../discovery/index.js'
import { WIRE_VERSION } from '../../../ports/index.js'
import { DOCTOR_APP } from '../observatory.js'

export function probeRecord(host: string): ActorRecord {
  return {
    id: randomBytes(8).toString('hex'),
    app: DOCTOR_APP,
    actor: 'probe',
    host,
    port: 1,
    key: '',
    generation: 0,
    wire: [WIRE_VERSION],
  }
}
