/** The routes of an agent for deployments. */
import type { FastifyInstance, FastifyReply } from 'fastify'
import { AgentError } from '../agent/errors.js'
import { bodyAs, wholeQuery } from '../agent/v1-models.js'
import { agentFailed } from '../agent/v1-routes.js'
import { objectOf, Verbatim } from '../fastapi/json.js'
import { answer, parameterOf, route } from '../fastapi/routes.js'
import type { Deployments } from './deployments.js'
import { DeployError, rolloutStatus } from './errors.js'
import type { RolloutLeader } from './leader.js'
import { rolloutLimits } from './limits.js'
import { beginning, bringing, type DeploymentRecord, ending, preparing, rolloutId } from './records.js'

export function deploymentRoutes(server: FastifyInstance, deployments: Deployments): void {
  const { participant } = deployments
  const of = (url: string, handlers: Parameters<typeof route>[2]): void => {
    route(server, `/v1${url}`, handlers, failed)
  }
  of('/deployments', {
    GET: async () => {
      const all = await Promise.all(
        [...participant.all.values()].map(async (record) =>
          deploymentView(record, await participant.look(record.name)),
        ),
      )
      return told({ deployments: all })
    },
  })
  of('/rollouts/:id', {
    PUT: async (request) => {
      const id = idOf(parameterOf(request, 'id'))
      await deployments.prepare(id, bodyAs(preparing, request))
      return objectOf({ id })
    },
    GET: async (request) => {
      const leader = deployments.leader(parameterOf(request, 'id'))
      const after = wholeQuery(request, 'after') ?? 0
      const waitMs = wholeQuery(request, 'waitMs', rolloutLimits.waitMaxMs) ?? 0
      if (waitMs > 0 && leader.events(after).length === 0) await leader.news(waitMs)
      return rolloutView(leader, after)
    },
  })
  of('/rollouts/:id/begin', {
    POST: async (request) => {
      const id = idOf(parameterOf(request, 'id'))
      return rolloutView(await deployments.begin(id, bodyAs(beginning, request)), 0)
    },
  })
  of('/rollouts/:id/cancel', {
    POST: async (request) => {
      const leader = deployments.leader(parameterOf(request, 'id'))
      await leader.cancel('it was cancelled')
      return rolloutView(leader, 0)
    },
  })
  of('/rollouts/:id/steps', {
    POST: async (request) => {
      const { actor, to } = bodyAs(bringing, request)
      await participant.bring(parameterOf(request, 'id'), actor, to)
      return objectOf({ actor })
    },
  })
  of('/rollouts/:id/outcome', {
    POST: async (request) => {
      const { outcome } = bodyAs(ending, request)
      await participant.end(parameterOf(request, 'id'), outcome)
      return objectOf({ outcome })
    },
  })
  of('/rollouts/:id/actors', {
    GET: async (request) => {
      const { name } = participant.deploymentIn(parameterOf(request, 'id'))
      return told({ actors: await participant.look(name) })
    },
  })
}

function told(value: object): Verbatim {
  return new Verbatim(JSON.stringify(value))
}

function idOf(given: string): string {
  const read = rolloutId.safeParse(given)
  if (read.success) return read.data
  throw new AgentError('agent-bad-request', 'the id of a rollout is a UUID')
}

function deploymentView(record: DeploymentRecord, actors: object): object {
  const { name, app, current, next, last, newest } = record
  return {
    ...{ name, app, newest, current: current ?? null, with: record.with, actors },
    rollout: next ? { id: next.rollout, lead: next.lead, isBegun: next.isBegun } : null,
    last: last ? { id: last.rollout, outcome: last.outcome, at: last.atMs } : null,
  }
}

/** No secret is told. */
function rolloutView(leader: RolloutLeader, after: number): Verbatim {
  const { id, deployment, state, begunMs, endedMs } = leader.record
  const { phase, outcome, why, steps, done, doing, untold } = state
  return told({
    ...{ id, deployment, phase, outcome, why, steps, done, doing, untold },
    ...{ begun: begunMs, ended: endedMs || null, events: leader.events(after) },
  })
}

function failed(error: unknown, reply: FastifyReply): FastifyReply | undefined {
  if (!(error instanceof DeployError)) return agentFailed(error, reply)
  const { code, message } = error
  return answer(reply, rolloutStatus[code], objectOf({ error: objectOf({ code, message }) }))
}
