/** What Python 3 made of each of some hundred texts, sound and broken ones, and what ours makes of them. */
import { expect } from 'chai'
import { z } from 'zod'
import { jsonText } from '../../../control/fastapi/json.js'
import { readJson } from '../../../control/fastapi/json-reader.js'
import { fastapiLimits } from '../../../control/fastapi/limits.js'
import { readProjectFile } from '../../project.js'

const fixture = z.array(
  z.object({
    text: z.string(),
    value: z.string().optional(),
    flaw: z.tuple([z.string(), z.number(), z.number(), z.number()]).optional(),
  }),
)

describe('JSON as Python reads it', () => {
  const seen = fixture.parse(JSON.parse(readProjectFile('test/fixtures/python-json.json')))

  it(`is what Python makes of it (${seen.filter(({ value }) => value !== undefined).length})`, () => {
    for (const { text, value } of seen) {
      if (value === undefined) continue
      const read = readJson(text)
      expect('value' in read ? jsonText(read.value) : read.flaw, JSON.stringify(text)).to.equal(value)
    }
  })

  it(`is refused where Python refuses it, in its words (${seen.filter(({ flaw }) => flaw).length})`, () => {
    for (const { text, flaw } of seen) {
      if (!flaw) continue
      const read = readJson(text)
      const [message, position, line, column] = flaw
      const expected = { flaw: { message, position, line, column } }
      expect('flaw' in read ? read : jsonText(read.value), JSON.stringify(text)).to.deep.equal(expected)
    }
  })

  it('has no more levels, digits or greatness than it may', () => {
    const deep = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`
    expect(readJson(deep(fastapiLimits.depth))).to.have.property('value')
    expect(readJson(deep(fastapiLimits.depth + 2))).to.have.nested.property('flaw.message', 'Too many levels')
    expect(readJson('{"a":'.repeat(500_000))).to.have.property('flaw')
    expect(readJson('9'.repeat(fastapiLimits.digits))).to.have.property('value')
    expect(readJson('9'.repeat(fastapiLimits.digits + 1))).to.have.property('flaw')
    expect(readJson('1e400')).to.have.property('flaw')
  })
})
