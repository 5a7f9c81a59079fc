/** What an actor says that it can be commanded, checked: it came over the network. */
import { z } from 'zod'
import type { ControlOutline } from '../../../runtime/index.js'

const schema = z.record(z.string(), z.unknown()).optional()
const named = z.object({ component: z.string(), name: z.string(), description: z.string(), schema })

const outline = z.object({
  commands: z.array(named.extend({ code: z.number().optional() })),
  properties: z.array(named.extend({ writable: z.boolean(), value: z.unknown() })),
  groups: z.array(z.string()),
})

export function isOutline(value: unknown): value is ControlOutline {
  return outline.safeParse(value).success
}
