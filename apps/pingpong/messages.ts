/** What pinger and ponger say to each other. */
import { message } from 'quorate'
import { z } from 'zod'

export const Ping = message('Ping', z.object({ n: z.number() }))

/** The answer to the ping of the same number. */
export const Pong = message('Pong', z.object({ n: z.number() }))
