/** Message types for the tests of ports. */
import { z } from 'zod'
import { message } from '../../ports/message.js'

export const Reading = message('Reading', z.object({ n: z.number(), text: z.string().optional() }))
export type Reading = { n: number; text?: string | undefined }

export const Question = message('Question', z.object({ n: z.number() }))
export const Answer = message('Answer', z.object({ n: z.number(), by: z.string().optional() }))
export const Anything = message('Anything')
