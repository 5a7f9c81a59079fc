/** A process, as others tell of it: nothing that comes is taken for more than that. */
import { z } from 'zod'
import { hostLimits } from './limits.js'

export const toldName = z.string().min(1).max(100)
export const toldIncarnation = z.string().min(1).max(hostLimits.incarnationChars)

export const toldProcess = z.object({
  bootId: toldName,
  pidNamespace: toldName,
  timeNamespace: z.string().max(100),
  netNamespace: toldName,
  pid: z.int().positive(),
  startTicks: z.int().nonnegative(),
})
