/** What is asked and answered. */
import { message } from 'quorate'
import { z } from 'zod'

export const Square = message('Square', z.object({ n: z.number() }))
export const Squared = message('Squared', z.object({ n: z.number(), squared: z.number() }))

export const Countdown = message('Countdown', z.object({ from: z.number() }))
export const Count = message('Count', z.object({ left: z.number() }))

/** A worker that is free says what it did last; the answer is what it is to do next. */
export const Free = message('Free', z.object({ done: z.string().optional() }))
export const Job = message('Job', z.object({ word: z.string() }))
