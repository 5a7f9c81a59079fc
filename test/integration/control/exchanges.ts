/** Exchanges with a reference that were captured: under headings, what was asked and what it answered. */
import { readProjectFile } from '../../project.js'

export interface Exchange {
  readonly method: string
  readonly path: string
  readonly body: string | undefined
  readonly status: number
  /** Of the answer, as a dict of Python; '' where they were not captured. */
  readonly headers: string
  readonly answer: string
}

/** Those of a fixture, by the heading that they stand under. */
export function exchangesIn(fixture: string): ReadonlyMap<string, readonly Exchange[]> {
  const sections = new Map<string, Exchange[]>()
  let heading = 'at the start'
  let asked: readonly string[] = []
  for (const line of readProjectFile(`test/fixtures/${fixture}`).split('\n')) {
    const [, next] = /^== (.*)$/.exec(line) ?? []
    heading = next ?? heading
    asked = /^> (\S+) (\S+)(?: {2}(.*))?$/.exec(line) ?? asked
    const [, status, headers = '', answer = ''] = /^< (\d+)(?: (\{'.*?\}))? *(.*)$/.exec(line) ?? []
    if (!status) continue
    const [, method = '', path = '', body] = asked
    const section = sections.get(heading) ?? []
    section.push({ method, path, body, status: Number(status), headers, answer })
    sections.set(heading, section)
  }
  return sections
}
