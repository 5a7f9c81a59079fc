import type { StandardSchemaV1 } from '@standard-schema/spec'
import { expect } from 'chai'
import fc from 'fast-check'
import { z } from 'zod'
import { OperationError, PortError } from '../../../ports/errors.js'
import {
  describeIssues,
  type InputOf,
  type MessageType,
  message,
  type OutputOf,
  type Validation,
} from '../../../ports/message.js'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const holds = <T extends true>(fact: T): T => fact

const Length = message('Length', z.object({ text: z.string().transform((text) => text.length) }))
const Anything = message('Anything')

function schemaOf(validate: StandardSchemaV1<unknown, unknown>['~standard']['validate']): StandardSchemaV1 {
  return { '~standard': { version: 1, vendor: 'test', validate } }
}

function thrownBy(work: () => unknown): unknown {
  try {
    work()
  } catch (thrown) {
    return thrown
  }
  return undefined
}

describe('message()', () => {
  it('infers what is sent and what handlers get from the schema', () => {
    holds<Same<InputOf<typeof Length>, { text: string }>>(true)
    holds<Same<OutputOf<typeof Length>, { text: number }>>(true)
    holds<Same<InputOf<typeof Anything>, unknown>>(true)
    const general: MessageType = Length
    expect(general).to.equal(Length)
  })

  it('gives a frozen type with a name, a fingerprint and the JSON Schema of what travels', () => {
    expect(Length).to.be.frozen
    expect(Length.name).to.equal('Length')
    expect(Length.fingerprint).to.match(/^[0-9a-f]{16}$/)
    expect(Length.jsonSchema).to.deep.equal({
      properties: { text: { type: 'string' } },
      required: ['text'],
      type: 'object',
    })
    expect(Length.jsonSchema?.properties).to.be.frozen
  })

  it('returns the value untouched where there is no schema', () => {
    const value = { any: 'thing' }
    expect(Anything.validate(value)).to.deep.equal({ value })
    expect(Anything.jsonSchema).to.equal(undefined)
  })

  it("hands on the schema's own result, whether it takes the value or refuses it", () => {
    expect(Length.validate({ text: 'four' })).to.deep.equal({ value: { text: 4 } })
    expect(Length.validate({ text: 4 }).issues).to.have.length(1)
    const result: Validation<number> = { value: 1 }
    expect(
      message(
        'Own',
        schemaOf(() => result),
      ).validate(0),
    ).to.equal(result)
  })

  it("calls the schema's validate as a method of the schema", () => {
    const standard = {
      version: 1 as const,
      vendor: 'test',
      limit: 3,
      validate(value: unknown) {
        return { value: [value, this.limit] }
      },
    }
    expect(message('Method', { '~standard': standard }).validate(1)).to.deep.equal({ value: [1, 3] })
  })

  it('takes a schema that is a function, as those of some libraries are', () => {
    const schema = Object.assign(
      () => {},
      schemaOf((value) => ({ value })),
    )
    expect(message('Function', schema).validate(7)).to.deep.equal({ value: 7 })
  })

  it('takes names of letters, digits and _ . / - up to 128 characters', () => {
    for (const name of ['a', '_', 'A.b/c-d_9', 'x'.repeat(128)]) expect(message(name).name).to.equal(name)
  })

  for (const name of ['', '9a', '.a', 'a b', 'é', 'a\n', 'x'.repeat(129), 7, null, undefined, {}]) {
    it(`refuses the name ${JSON.stringify(name)?.slice(0, 20)}`, () => {
      const error = thrownBy(() => Reflect.apply(message, undefined, [name]))
      expect(error).to.be.instanceOf(OperationError).with.property('code', 'bad-option')
    })
  }

  for (const schema of [
    {},
    7,
    null,
    'text',
    () => {},
    { '~standard': {} },
    { '~standard': { validate: 1 } },
  ]) {
    it(`refuses ${typeof schema} ${JSON.stringify(schema) ?? ''} as a schema, naming the message`, () => {
      const error = thrownBy(() => Reflect.apply(message, undefined, ['Odd', schema]))
      expect(error).to.be.instanceOf(OperationError).with.property('code', 'bad-option')
      expect(error).to.have.property('message').that.includes('"Odd"')
    })
  }

  it('refuses a version that is not a string of at most 128 characters', () => {
    for (const version of [7, {}, 'x'.repeat(129)]) {
      const error = thrownBy(() => Reflect.apply(message, undefined, ['V', undefined, { version }]))
      expect(error).to.be.instanceOf(OperationError).with.property('code', 'bad-option')
    }
  })
})

describe('a schema that answers with a promise', () => {
  it('is refused at message() where it does so for every value, naming the message and the way out', () => {
    const error = thrownBy(() =>
      message(
        'Late',
        z.any().refine(async () => true),
      ),
    )
    expect(error).to.be.instanceOf(PortError).with.property('code', 'async-schema')
    expect(error).to.have.property('message').that.includes('"Late"').and.includes('handler')
  })

  it('is refused at the first value for which it does so', () => {
    const Late = message(
      'Late',
      z.string().refine(async () => true),
    )
    expect(Late.validate(7)).to.have.property('issues')
    expect(thrownBy(() => Late.validate('text'))).to.have.property('code', 'async-schema')
  })

  it('is recognised by a thenable that is no Promise', () => {
    // biome-ignore lint/suspicious/noThenProperty: a thenable is what this is about.
    const thenable = JSON.parse('{}', () => ({ then: () => undefined }))
    expect(
      thrownBy(() =>
        message(
          'Thenable',
          schemaOf(() => thenable),
        ),
      ),
    ).to.have.property('code', 'async-schema')
  })

  it('leaves no unhandled rejection behind', async () => {
    const seen: unknown[] = []
    const listen = (reason: unknown): void => void seen.push(reason)
    process.on('unhandledRejection', listen)
    try {
      const fails = async (): Promise<never> => {
        await undefined
        throw new Error('later')
      }
      const failsNow = async (): Promise<never> => {
        throw new Error('now')
      }
      expect(thrownBy(() => message('Late', schemaOf(fails)))).to.have.property('code', 'async-schema')
      expect(thrownBy(() => message('Now', schemaOf(failsNow)))).to.equal(undefined)
      // Rejections are reported when the microtasks are done: two rounds of the loop are beyond that.
      for (let round = 0; round < 2; round++) await new Promise((resolve) => setImmediate(resolve))
    } finally {
      process.off('unhandledRejection', listen)
    }
    expect(seen).to.deep.equal([])
  })
})

describe('a schema that throws', () => {
  it('refuses the value that made it throw, and is not taken for an async one', () => {
    const Trimmed = message(
      'Trimmed',
      z.preprocess((value: { text: string }) => value.text.trim(), z.string()),
    )
    expect(Trimmed.validate({ text: ' a ' })).to.deep.equal({ value: 'a' })
    const { issues = [] } = Trimmed.validate(null)
    expect(describeIssues(issues)).to.equal('value: the schema threw')
  })

  it('has the text of what it threw in the issue', () => {
    const Strict = message(
      'Strict',
      schemaOf(() => {
        throw new Error('boom')
      }),
    )
    const { issues = [] } = Strict.validate(1)
    expect(describeIssues(issues)).to.equal('value: the schema threw: boom')
  })
})

describe('describeIssues()', () => {
  it('gives the path and message of the first three issues, and how many more there are', () => {
    const issues = [
      { message: 'expected number', path: ['at'] },
      { message: 'too long', path: [{ key: 'list' }, 3, 'a b'] },
      { message: 'bad' },
      { message: 'four' },
      { message: 'five' },
    ]
    expect(describeIssues(issues)).to.equal(
      'value.at: expected number; value.list[3]["a b"]: too long; value: bad; and 2 more',
    )
  })

  it('has a text for a message that has none', () => {
    expect(describeIssues([{ message: Object.create(null) }])).to.equal('value: something that has no text')
  })

  it('is one printable line of at most 300 characters, whatever the issues hold', () => {
    const key = fc.oneof(fc.string({ unit: 'binary' }), fc.nat(), fc.constant(Symbol('s')))
    const issue = fc.record({
      message: fc.string({ unit: 'binary', maxLength: 400 }),
      path: fc.array(fc.oneof(key, fc.record({ key })), { maxLength: 40 }),
    })
    fc.assert(
      fc.property(fc.array(issue), (issues) => {
        const text = describeIssues(issues)
        expect(text.length).to.be.at.most(300)
        expect(text).not.to.match(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
      }),
      { numRuns: 30 },
    )
  })
})
