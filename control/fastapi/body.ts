/** What FastAPI makes of the body of a request, before a model looks at it. */
import type { Flaw } from './fields.js'
import { type Json, objectOf } from './json.js'
import { readJson } from './json-reader.js'

const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * The value of a body; undefined where there is none. What is not said to be JSON is a text, which no model
 * takes.
 */
export function readBody(
  bytes: Uint8Array,
  contentType: string | undefined,
): { readonly value: Json | undefined } | { readonly flaw: Flaw } {
  if (bytes.length === 0) return { value: undefined }
  let text: string
  try {
    text = utf8.decode(bytes)
  } catch {
    return { flaw: { place: ['body'], message: 'There was an error parsing the body', type: 'value_error' } }
  }
  if (contentType !== undefined && !/^application\/(?:[^;]+\+)?json\s*(?:;|$)/i.test(contentType.trim())) {
    return { value: text }
  }
  const read = readJson(text)
  if ('value' in read) return read
  const { message, position, line, column } = read.flaw
  const where = `line ${line} column ${column} (char ${position})`
  return {
    flaw: {
      place: ['body', position],
      message: `${message}: ${where}`,
      type: 'value_error.jsondecode',
      context: objectOf({ msg: message, doc: text, pos: position, lineno: line, colno: column }),
    },
  }
}
