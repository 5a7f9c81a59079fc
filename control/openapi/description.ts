/** What is told of the routes of a server, in the words of OpenAPI. */
import { z } from 'zod'
import type { JsonSchema } from '../fastapi/fields.js'

/** What an answer holds: JSON of this schema, unless another type is named. */
export interface Answer {
  readonly description: string
  readonly schema?: JsonSchema
  readonly type?: string
}

/** Answers by their status. */
export type Answers = Readonly<Record<number, Answer>>

/** One route. */
export interface Operation {
  readonly summary: string
  readonly description?: string
  readonly tag?: string
  /** Parts of the path and of the query, by name. */
  readonly path?: Readonly<Record<string, JsonSchema>>
  readonly query?: JsonSchema
  readonly body?: JsonSchema
  /** Whether it is a form, and not JSON. */
  readonly isForm?: boolean
  readonly answers: Answers
  /** The name of what whoever comes has to show; '' for nothing. Unless told, that of the server. */
  readonly shows?: string
}

/** By method and path as Fastify has it: `GET /v1/actors/:id`. */
export type Operations = Readonly<Record<string, Operation>>

/** All of a server. */
export interface Description {
  readonly title: string
  readonly version: string
  readonly text: string
  /** What each of the tags is about. */
  readonly tags: Readonly<Record<string, string>>
  /** What one may have to show, by name. */
  readonly schemes: Readonly<Record<string, string>>
  /** What one has to show unless a route says otherwise; '' for nothing. */
  readonly shows: string
  readonly operations: Operations
}

/** What comes or goes as a model of zod has it. @param change of each schema in it. */
export function schemaOf(
  model: z.ZodType,
  change: (at: { jsonSchema: z.core.JSONSchema.BaseSchema }) => void = () => undefined,
): JsonSchema {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(model, { io: 'input', override: change })
  return schema
}

/** The same of each: its tag, what it needs, and answers that all of them may give. */
export function operationsWith(
  same: Partial<Operation> & { readonly answers: Answers },
  operations: Operations,
): Operations {
  return Object.fromEntries(
    Object.entries(operations).map(([route, operation]) => {
      return [route, { ...same, ...operation, answers: { ...same.answers, ...operation.answers } }]
    }),
  )
}
