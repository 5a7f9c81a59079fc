/** A deployment as RIAPS's own compiler writes it: `riaps_depll -g`. */
import { z } from 'zod'
import type { Depl, DeplHost, DeplPlacement } from './depl-parser.js'
import type { Named } from './model.js'
import { readJson } from './model-json.js'
import { ModelRefused, NOWHERE } from './problem.js'
import { requireBounds } from './reading.js'

const actual = z.object({ name: z.string(), value: z.union([z.number(), z.string(), z.boolean()]) })
const placement = z.object({
  /** No host at all is all of them. */
  target: z.array(z.string()),
  actors: z.array(z.object({ name: z.string(), actuals: z.array(actual).default([]) })).min(1),
})
const schema = z.record(
  z.string(),
  z.object({
    deployment: z.array(placement),
    network: z.record(z.string(), z.array(z.string())).default({}),
  }),
)

/** @throws ModelRefused for what is none. */
export function deplOfJson(text: string, file: string): Depl {
  requireBounds(file, text)
  const [entry] = Object.entries(readJson(file, text, schema))
  if (!entry) throw new ModelRefused(file, [{ at: NOWHERE, text: 'it deploys no app' }])
  const [name, { deployment, network }] = entry
  const placements = deployment.map(
    ({ target, actors }): DeplPlacement => ({
      hosts: target.length === 0 ? 'all' : target.map(named),
      actors: actors.map((actor) => ({
        ...named(actor.name),
        actuals: actor.actuals.map(({ name: param, value }) => ({ ...named(param), value })),
      })),
    }),
  )
  const hosts = Object.entries(network).map(([host, reached]): DeplHost => {
    return { host: host === '[]' ? 'all' : named(host), network: reached.length > 0 ? reached : ['any'] }
  })
  return { ...named(name), hosts, placements }
}

function named(name: string): Named {
  return { name, at: NOWHERE }
}
