/** What an agent is called, and what is said of it: plain words, which are the same on every screen. */
import { hostname } from 'node:os'
import { z } from 'zod'
import { nearbyLimits } from './limits.js'

export type Labels = Readonly<Record<string, string>>

const { nameChars, labels: most, labelsChars } = nearbyLimits
const key = z
  .string()
  .max(nameChars)
  .regex(/^[A-Za-z0-9][\w./-]*$/, 'give letters, digits, _, ., / and -')
const value = z
  .string()
  .max(nameChars)
  .regex(/^[\w.:/+-]*$/, 'give letters, digits, _, ., :, /, + and -')

/** The name of an agent. */
export const agentName = z
  .string()
  .max(nameChars)
  .regex(/^[A-Za-z0-9][\w.-]*$/, 'give letters, digits, _, . and -, a letter or digit first')

/** The labels of an agent. */
export const agentLabels = z
  .record(key, value)
  .refine((labels) => Object.keys(labels).length <= most, `there are ${most} labels at most`)
  .refine(
    (labels) => Object.entries(labels).flat().join('').length <= labelsChars,
    `all labels together have ${labelsChars} characters at most`,
  )

/** The name of this host, as far as it is one for an agent. */
export function nameOfHost(host = hostname()): string {
  const name = host
    .replaceAll(/[^\w.-]/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, nameChars)
  return name === '' ? 'node' : name
}
