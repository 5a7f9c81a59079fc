/** Goes on the errands of a hub: answers by the agent's own routes what a hub may ask for. */
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { isErrand } from '../fleet/errand-path.js'
import type { Errand } from '../fleet/errands.js'
import { fleetLimits } from '../fleet/limits.js'
import type { ErrandDone } from '../fleet/models.js'

export class ErrandRunner {
  readonly #server: FastifyInstance
  readonly #token: string | undefined
  #underWay = 0

  /** @param token of the agent, which its routes want */
  constructor(server: FastifyInstance, token: string | undefined) {
    this.#server = server
    this.#token = token
  }

  /** Never rejects: what cannot be done is an answer, too. */
  async run({ method, path, body }: Errand): Promise<ErrandDone> {
    if (!isErrand(method, path)) return failed(400, 'agent-bad-request', `${method} ${path} is no errand`)
    if (this.#underWay >= fleetLimits.errands) {
      return failed(429, 'agent-full', `${fleetLimits.errands} errands are under way already`)
    }
    this.#underWay++
    try {
      const headers = this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }
      const payload = body === undefined ? {} : { payload: JSON.stringify(body) }
      return doneBy(await this.#server.inject({ method, url: bounded(path), headers, ...payload }))
    } catch {
      return failed(500, 'agent-failed', 'the agent failed to answer that')
    } finally {
      this.#underWay--
    }
  }
}

/** A log is handed out in parts, and never followed to its end: of what is given twice, the last counts. */
function bounded(path: string): string {
  if (!/\/log(?:\?|$)/.test(path)) return path
  return `${path}${path.includes('?') ? '&' : '?'}follow=false&most=${fleetLimits.errandLogBytes}`
}

function doneBy({ statusCode: status, headers, rawPayload, payload }: LightMyRequestResponse): ErrandDone {
  const begins = headers['quorate-log-from']
  if (begins !== undefined) {
    const [from, bytes] = [Number(begins), wholeCharacters(rawPayload)]
    return { status, log: { from, next: from + bytes.length, text: bytes.toString() } }
  }
  if (rawPayload.length > fleetLimits.errandBytes / 2) {
    return failed(
      413,
      'agent-full',
      'the answer is too long for a hub; ask for one actor, or the agent itself',
    )
  }
  return { status, body: JSON.parse(payload) }
}

/** Without the beginning of a character whose end comes with the next part. */
function wholeCharacters(bytes: Buffer): Buffer {
  for (let back = 1; back <= 3 && back < bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) return bytes
    // The first byte of one says how many it has.
    if (byte >= 0xc0)
      return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? bytes.subarray(0, -back) : bytes
  }
  return bytes
}

function failed(status: number, code: string, message: string): ErrandDone {
  return { status, body: { error: { code, message } } }
}
