/**
 * How the user of FLorist's clients gets a token, and another password. Who does not know the password is not
 * told whether there is such a user, and how often that may be tried is bounded.
 *
 * The first password is set where the agent is: whoever reached it over the network could be faster than its
 * owner. With the token of the agent it may be set from anywhere.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isLoopback } from '../../discovery/index.js'
import { isPlain } from '../fastapi/admission.js'
import { beginning, text } from '../fastapi/fields.js'
import { formIn } from '../fastapi/form.js'
import { type JsonObject, objectOf } from '../fastapi/json.js'
import { answer, DetailError, detail, type Handler, route } from '../fastapi/routes.js'
import { Attempts } from './attempts.js'
import { type Credentials, type SignedIn, USER } from './credentials.js'
import { AgentError, agentStatus } from './errors.js'
import { forUser } from './head-routes.js'
import { agentLimits } from './limits.js'

const GRANT = { is: beginning('password'), otherwise: '' }
export const SIGN_IN = { grant_type: GRANT, username: { is: text }, password: { is: text } }
export const CHANGE = {
  grant_type: GRANT,
  username: { is: text },
  current_password: { is: text },
  new_password: { is: text },
}

export function headSignIn(server: FastifyInstance, credentials: Credentials): void {
  const attempts = new Attempts()
  const of = (url: string, handlers: Partial<Record<'GET' | 'POST', Handler>>): void => {
    route(server, `/api/client/auth${url}`, handlers, failed, true)
  }
  of('/token', {
    POST: async (request, reply) => {
      const form = await formIn(request, SIGN_IN)
      const sign = (): Looked => credentials.signIn(form('username'), form('password'))
      return attempted(attempts, request, reply, sign)
    },
  })
  of('/change_password', {
    POST: async (request, reply) => {
      const form = await formIn(request, CHANGE)
      const [current, next] = [form('current_password'), form('new_password')]
      if (credentials.isDefault && !isOfThisHost(request) && !credentials.isAgentToken(current)) {
        const way = "set it there, or give the agent's token as the current one"
        throw new DetailError(403, `The first password is set on the host of the agent: ${way}.`)
      }
      const change = (): Looked => credentials.change(form('username'), current, next)
      return attempted(attempts, request, reply, change)
    },
  })
  const user = objectOf({ uuid: USER, username: USER })
  of('/check_default_user_token', { GET: forUser(credentials, () => user) })
}

type Looked = Promise<SignedIn | 'default' | undefined>

/** @throws DetailError where it was in vain, or was tried too often. */
async function attempted(
  attempts: Attempts,
  { ip }: FastifyRequest,
  reply: FastifyReply,
  look: () => Looked,
): Promise<JsonObject> {
  if (!attempts.begin(ip, Date.now())) {
    reply.header('retry-after', agentLimits.attemptsMs / 1000)
    throw new DetailError(429, 'Too many wrong passwords. Wait for a minute.')
  }
  const signedIn = await look()
  if (signedIn === undefined || signedIn === 'default') {
    reply.header('www-authenticate', 'Bearer')
    const isKnown = signedIn === 'default'
    const why = isKnown ? 'New password cannot be the default password.' : 'Incorrect username or password.'
    throw new DetailError(401, why)
  }
  attempts.succeeded(ip)
  const { token, isDefault } = signedIn
  return objectOf({ access_token: token, token_type: 'bearer', should_change_password: isDefault })
}

/** Whether a program of this host asks: no proxy for another, and no page whose name was made to mean it. */
function isOfThisHost({ ip, headers }: FastifyRequest): boolean {
  const { host = '', forwarded, via, 'x-forwarded-for': others } = headers
  return isLoopback(ip) && isPlain(host) && (forwarded ?? via ?? others) === undefined
}

function failed(error: unknown, reply: FastifyReply): FastifyReply | undefined {
  if (!(error instanceof AgentError)) return undefined
  return answer(reply, agentStatus[error.code] ?? 500, detail(error.message))
}
