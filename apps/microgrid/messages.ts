/** The group of inverters, and what they tell each other in it. */
import { group, message } from 'quorate'
import { z } from 'zod'
import { Move } from './agreed.js'

export const Report = message(
  'Report',
  z.discriminatedUnion('kind', [
    /** To all: what it feeds. */
    z.object({ kind: z.literal('load'), loadKW: z.number(), ratedKW: z.number() }),
    /** To the coordinator: that its breaker moved. Times are of the group clock. */
    z.object({ kind: z.literal('moved'), ...Move.shape, atMs: z.number(), movedAtMs: z.number() }),
  ]),
)

/** Five inverters of which three may go on by themselves. */
export const Microgrid = group({ quorum: 3, using: Report })
