/** What the components of the averager tell each other. */
import { message } from 'quorate'
import { z } from 'zod'

/** A reading of a sensor. */
export const SensorData = message('SensorData', z.object({ at: z.number(), value: z.number() }))

/** What a node believes the average to be, and what flows from it to each of the others. */
export const NodeData = message(
  'NodeData',
  z.object({
    node: z.string(),
    sensor: z.number(),
    estimate: z.number(),
    flows: z.record(z.string(), z.number()),
  }),
)
