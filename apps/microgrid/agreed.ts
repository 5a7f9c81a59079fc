/** What inverters agree on: the moves that they vote on, and the state of the grid that they share. */
import { z } from 'zod'

/** Whether the microgrid hangs on the public grid, or feeds itself. */
export type Mode = 'connected' | 'islanded'

/** A move of all breakers at one moment: the action of a vote. Moves are numbered from 1. */
export const Move = z.object({
  to: z.enum(['connected', 'islanded']),
  sequence: z.number().int().positive(),
})
export type Move = z.infer<typeof Move>

/** What the last move came to, as it stands in the group's shared state. Times are of the group clock. */
export const Grid = z.object({
  mode: z.enum(['connected', 'islanded']),
  /** Of the move that led to it; 0 before the first. */
  sequence: z.number().int().nonnegative(),
  sinceMs: z.number(),
})
export type Grid = z.infer<typeof Grid>

/** Under which it is shared. */
export const GRID = 'grid'

/** The move that follows. */
export function moveAfter({ mode, sequence }: Grid): Move {
  return { to: mode === 'connected' ? 'islanded' : 'connected', sequence: sequence + 1 }
}

/** As people say it: `islanding 1`, `reconnection 2`. */
export function nameOf({ to, sequence }: Move): string {
  return `${to === 'islanded' ? 'islanding' : 'reconnection'} ${sequence}`
}
