/** Answers that the routes of several servers give. */
import { z } from 'zod'
import type { JsonSchema } from '../fastapi/fields.js'
import { type Answer, type Answers, schemaOf } from './description.js'

export const TEXT: JsonSchema = { type: 'string' }

/** An object with these members, all of which are there. */
export function members(properties: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return { type: 'object', properties, required: Object.keys(properties) }
}

/** A client is to bear with members that come later. */
export function answerOf(model: z.ZodType, description: string): Answer {
  const schema = schemaOf(model, ({ jsonSchema }) => {
    if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties
  })
  return { description, schema }
}

/** What is wrong, with a code of docs/errors.md. */
export const errorAnswer = z.strictObject({
  error: z.strictObject({ code: z.string(), message: z.string() }),
})

export function coded(description: string): Answer {
  return answerOf(errorAnswer, description)
}

/** What is wrong, as FastAPI has it. */
export function detailed(description: string): Answer {
  return { description, schema: members({ detail: TEXT }) }
}

/** Who comes without the token of a server. */
export const NOBODY: Answers = { 401: detailed('no token, or another') }

const FLAW = members({ loc: { type: 'array', items: {} }, msg: TEXT, type: TEXT })

/** All that is wrong with a request, as FastAPI has it. */
export const FLAWS: Answer = {
  description: 'something is missing, or is not what the route takes',
  schema: members({ detail: { type: 'array', items: FLAW } }),
}
