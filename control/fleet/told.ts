/** Reads what actors, nodes and those who watch them say: nobody vouches for it. */
import type { z } from 'zod'
import { type Json, jsonText } from '../fastapi/json.js'
import { HubError } from '../hub/errors.js'
import { fleetLimits } from './limits.js'

/** Flaws that are told at once. */
const FLAWS = 5

/** @throws HubError `hub-bad-request` for what is too long, or something else. */
export function readTold<T>(model: z.ZodType<T>, body: Json | undefined, most = fleetLimits.toldBytes): T {
  const text = jsonText(body ?? new Map())
  if (Buffer.byteLength(text) > most) {
    throw new HubError('hub-bad-request', `the body has more than ${most} bytes; tell less at once`)
  }
  const read = model.safeParse(JSON.parse(text))
  if (read.success) return read.data
  const flaws = read.error.issues.map(({ path, message }) => `${path.join('.') || 'the body'}: ${message}`)
  throw new HubError('hub-bad-request', flaws.slice(0, FLAWS).join('; '))
}
