/** What FastAPI makes of a form that is posted, as pages and `curl -d` send it. */
import type { FastifyRequest } from 'fastify'
import { checked, type Model } from './fields.js'
import { DetailError, InvalidError } from './routes.js'

const FORM = /^(?:application\/x-www-form-urlencoded|multipart\/form-data)\s*(?:;|$)/i

/**
 * The fields of the form, by the names of a model of texts; one that is empty was not given, and any other
 * body has none. @throws DetailError, InvalidError.
 */
export async function formIn<M extends Model>(
  { body, headers }: FastifyRequest,
  model: M,
): Promise<(name: keyof M & string) => string> {
  const { 'content-type': contentType = '' } = headers
  const given = new Map<string, string>()
  if (body instanceof Uint8Array && FORM.test(contentType)) {
    for (const [name, value] of await fieldsOf(body, contentType)) {
      if (typeof value === 'string' && value !== '') given.set(name, value)
    }
  }
  const read = checked(model, given, ['body'])
  if ('flaws' in read) throw new InvalidError(read.flaws)
  return (name) => given.get(name) ?? ''
}

async function fieldsOf(body: Uint8Array, contentType: string): Promise<FormData> {
  try {
    return await new Response(body, { headers: { 'content-type': contentType } }).formData()
  } catch (cause) {
    throw new DetailError(400, 'There was an error parsing the body', { cause })
  }
}
