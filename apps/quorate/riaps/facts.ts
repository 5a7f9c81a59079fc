/**
 * `generated/model.json`: what a deployment has to know of an imported app: how its parts were called in the
 * model, and what actors may use.
 */
import { z } from 'zod'
import { actorName, type Imported } from './imported.js'
import type { ActorModel } from './model.js'

/** Under which name it stands in the folder of an app. */
export const FACTS_FILE = 'generated/model.json'

const limits = z.object({
  cpu: z.number().positive().exactOptional(),
  memory: z.number().int().positive().exactOptional(),
  disk: z.number().int().positive().exactOptional(),
  network: z.number().int().positive().exactOptional(),
})
export type ActorLimits = z.infer<typeof limits>

export const facts = z.object({
  quorate: z.literal('riaps'),
  /** The file name of the model. */
  source: z.string(),
  /** The app's name in the model. */
  app: z.string(),
  /** By their names there: those here, and those of their parameters. */
  actors: z.record(
    z.string(),
    z.object({
      name: z.string(),
      params: z.record(
        z.string(),
        z.object({ name: z.string(), type: z.enum(['number', 'string', 'boolean']) }),
      ),
      limits,
    }),
  ),
})
export type Facts = z.infer<typeof facts>

export function factsOf(model: Imported): Facts {
  const actors = model.app.actors.map((actor): [string, Facts['actors'][string]] => {
    const params = actor.formals.map(({ name }): [string, Facts['actors'][string]['params'][string]] => [
      name,
      {
        name: model.names.actors.get(actor.name)?.params.get(name) ?? name,
        type: model.types.actors.get(`${actor.name}.${name}`) ?? 'string',
      },
    ])
    return [
      actor.name,
      { name: actorName(model, actor), params: Object.fromEntries(params), limits: limitsOf(actor) },
    ]
  })
  return { quorate: 'riaps', source: model.source, app: model.app.name, actors: Object.fromEntries(actors) }
}

/** As an agent takes them: the share of one core, bytes, and bytes a second. */
export function limitsOf({ usage }: ActorModel): ActorLimits {
  const { cpu, memory, disk, network } = usage
  return {
    ...(cpu && cpu.percent > 0 ? { cpu: cpu.percent / 100 } : {}),
    ...(memory ? { memory } : {}),
    ...(disk ? { disk } : {}),
    ...(network && network.rate > 0 ? { network: network.rate } : {}),
  }
}
