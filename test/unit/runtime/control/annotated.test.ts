import { expect } from 'chai'
import { z } from 'zod'
import { message } from '../../../../ports/index.js'
import { annotated } from '../../../../runtime/control/annotated.js'

describe('the schema of a command, for people', () => {
  it('is what is announced, with the words', () => {
    const litres = z.number().min(0).describe('how many')
    const schema = z.object({ litres, steps: z.array(z.object({ to: z.string().default('up') })) })
    const announced = message('fill', schema).jsonSchema
    expect(JSON.stringify(announced)).to.not.include('how many')
    const told = annotated(announced, schema)
    expect(told).to.have.nested.property('properties.litres.description', 'how many')
    expect(told).to.have.nested.property('properties.litres.minimum', 0)
    expect(told).to.have.nested.property('properties.steps.items.properties.to.default', 'up')
    expect(message('fill', schema).jsonSchema).to.deep.equal(announced)
  })

  it('is as it is announced where the schema offers no words, or fails', () => {
    const announced = { type: 'object' }
    const offering = (input: () => unknown) => {
      const standard = { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) } as const
      return { '~standard': { ...standard, jsonSchema: { input } } }
    }
    const failing = offering(() => expect.fail('it cannot'))
    for (const schema of [undefined, offering(() => undefined), offering(() => [1]), failing]) {
      expect(annotated(announced, schema)).to.deep.equal(announced)
    }
    expect(annotated(undefined, z.string())).to.equal(undefined)
  })
})
