/** The routes of the agent's own: apps, actors and their logs. */
import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { InstalledBundles } from '../bundle/index.js'
import { type Json, objectOf } from '../fastapi/json.js'
import { answer, parameterOf, route } from '../fastapi/routes.js'
import { bundleFailed, bundleRoutes } from './bundle-routes.js'
import { AgentError, agentStatus } from './errors.js'
import { type InstalledApps, paramsFor } from './installed-apps.js'
import { agentLimits } from './limits.js'
import { answerLog } from './log-answer.js'
import { type NodeIdentity, nodeView } from './node-view.js'
import type { StartedSpec } from './records.js'
import type { SupervisedActor } from './supervised-actor.js'
import type { Supervisor } from './supervisor.js'
import { actorView, appView, bodyAs, installBody, startBody, stopBody, wholeQuery } from './v1-models.js'

/** What routes are about. */
export interface Node {
  readonly apps: InstalledApps
  readonly bundles: InstalledBundles
  readonly supervisor: Supervisor
  readonly identity: NodeIdentity
  /** Whoever is on this host may come. */
  readonly isOpen: boolean
}

export function v1Routes(server: FastifyInstance, node: Node): void {
  const { apps, bundles, supervisor, identity, isOpen } = node
  const of = (url: string, handlers: Parameters<typeof route>[2]): void => {
    route(server, `/v1${url}`, handlers, agentFailed)
  }
  const actorOf = (request: FastifyRequest): SupervisedActor => supervisor.actor(parameterOf(request, 'id'))
  of('/agent', { GET: () => nodeView(identity) })
  of('/apps', {
    GET: () => objectOf({ apps: [...apps.all.values()].map(appView) }),
    POST: async (request) => {
      if (isOpen)
        throw new AgentError('agent-refused', 'this agent is open; install apps with --app, or use a token')
      return appView(await apps.install(bodyAs(installBody, request).file))
    },
  })
  of('/apps/:name', { GET: (request) => appView(apps.app(parameterOf(request, 'name'))) })
  of('/actors', {
    GET: async () => objectOf({ actors: await Promise.all([...supervisor.actors.values()].map(actorView)) }),
    POST: async (request, reply) => {
      const { id = randomUUID(), ...spec } = bodyAs(startBody, request)
      const { module, params } = await resolved(node, spec)
      const actor = await supervisor.start(id, module, { ...spec, params })
      return settledView(supervisor, actor, request, reply)
    },
  })
  of('/actors/:id', {
    GET: (request, reply) => settledView(supervisor, actorOf(request), request, reply),
    DELETE: async (request) => {
      const id = parameterOf(request, 'id')
      await supervisor.forget(id)
      return objectOf({ id })
    },
  })
  of('/actors/:id/start', {
    POST: async (request, reply) => {
      const actor = await supervisor.restart(parameterOf(request, 'id'))
      return settledView(supervisor, actor, request, reply)
    },
  })
  of('/actors/:id/stop', {
    POST: async (request) => {
      const { graceMs } = bodyAs(stopBody, request)
      const { by, actor } = await supervisor.stop(parameterOf(request, 'id'), graceMs)
      return objectOf({ stopped: by, actor: await actorView(actor) })
    },
  })
  of('/actors/:id/log', {
    GET: (request, reply) => answerLog(supervisor, actorOf(request), request, reply),
  })
  bundleRoutes(server, bundles, supervisor, agentFailed)
}

type Wanted = Pick<StartedSpec, 'app' | 'actor' | 'params' | 'bundle'>

/** What is run, and with which parameters. @throws AgentError, BundleError. */
async function resolved(
  { apps, bundles }: Node,
  { app, actor, params, bundle }: Wanted,
): Promise<ReturnType<InstalledApps['resolve']>> {
  if (bundle === undefined) return apps.resolve(app, actor, params)
  const { app: of, actors } = bundles.manifest(bundle)
  if (of !== app)
    throw new AgentError('agent-unknown', `the bundle ${bundle} is of the app ${of}, not of ${app}`)
  const all = paramsFor(app, actors, actor, params)
  const module = await bundles.moduleOf(bundle)
  // It may have been removed while its files were looked at.
  bundles.bytes(bundle)
  return { module, params: all }
}

/** The actor as it is; with `waitMs` once it is neither about to start nor to stop, or that time is over. */
async function settledView(
  supervisor: Supervisor,
  actor: SupervisedActor,
  request: FastifyRequest,
  { raw }: FastifyReply,
): Promise<Json> {
  const waitMs = wholeQuery(request, 'waitMs', agentLimits.waitMaxMs) ?? 0
  await new Promise<void>((resolve) => {
    const isSettled = (): boolean => ['active', 'ended', 'failed'].includes(actor.record.state.phase)
    if (waitMs === 0 || isSettled()) return resolve()
    const done = (): void => {
      clearTimeout(timer)
      forget()
      raw.off('close', done)
      resolve()
    }
    const forget = supervisor.listen(() => isSettled() && done())
    const timer = setTimeout(done, waitMs)
    raw.once('close', done)
  })
  return actorView(actor)
}

/** Answers for what an agent refuses. */
export function agentFailed(error: unknown, reply: FastifyReply): FastifyReply | undefined {
  if (!(error instanceof AgentError)) return bundleFailed(error, reply)
  const { code, message } = error
  return answer(reply, agentStatus[code] ?? 500, objectOf({ error: objectOf({ code, message }) }))
}
