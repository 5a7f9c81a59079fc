import { expect } from 'chai'
import { z } from 'zod'
import { type Draft, draftOf, filledIn } from '../../../../control/page/model/form-draft.js'
import { type Field, fieldOf, fieldOfParameters } from '../../../../control/page/model/schema-form.js'

function formOf(schema: z.ZodType): Field {
  return fieldOf(z.toJSONSchema(schema, { io: 'input' }))
}

/** What comes of a form in which only these were typed. */
function given(field: Field, typed: Readonly<Record<string, Draft>>): unknown {
  const draft = draftOf(field)
  const filled = filledIn(field, typeof draft === 'object' ? { ...draft, ...typed } : draft)
  return 'value' in filled ? filled.value : Object.fromEntries(filled.flaws)
}

describe('the form of a schema', () => {
  const all = formOf(
    z.object({
      name: z.string().min(2).describe('of the pump'),
      litres: z.number().min(0).max(10),
      times: z.int().optional(),
      mode: z.enum(['slow', 'fast']),
      dry: z.boolean(),
      at: z.object({ x: z.number(), y: z.number() }).optional(),
      steps: z.array(z.number()).max(3).optional(),
      note: z.string().nullable(),
      extra: z.unknown().optional(),
    }),
  )

  it('has a field for each member, of its kind', () => {
    const kinds = all.kind === 'group' ? all.fields.map(({ name, kind }) => `${name} ${kind}`) : []
    const plain = ['name text', 'litres number', 'times number', 'mode choice', 'dry flag']
    expect(kinds).to.deep.equal([...plain, 'at group', 'steps list', 'note text', 'extra json'])
    expect(all.kind === 'group' && all.fields[0]).to.include({
      help: 'of the pump',
      isRequired: true,
      least: 2,
    })
  })

  it('comes to the value, without what was left out', () => {
    const typed = { name: 'ab', litres: '2.5', mode: '1' }
    const value = { name: 'ab', litres: 2.5, mode: 'fast', dry: false, note: null }
    expect(given(all, typed)).to.deep.equal(value)
    const more = { at: { x: '1', y: '2' }, steps: ['1', '2'], note: 'n', extra: '[true]', times: '3' }
    expect(given(all, { ...typed, ...more })).to.deep.equal({
      ...{ ...value, at: { x: 1, y: 2 }, steps: [1, 2], note: 'n', extra: [true], times: 3 },
    })
  })

  it('says of each field what is wrong with it', () => {
    const typed = { name: 'a', litres: '11', times: '1.5', at: { x: '1', y: '' }, steps: ['x'], extra: '{' }
    expect(given(all, typed)).to.deep.equal({
      name: 'Give 2 characters or more.',
      litres: 'Give 10 or less.',
      times: 'Give a whole number.',
      mode: 'Give a value.',
      'at.y': 'Give a value.',
      'steps.0': 'Give a number.',
      extra: 'This is no JSON.',
    })
  })

  it('begins with what there is, and else with what the schema says', () => {
    const field = formOf(z.object({ rate: z.number().default(3), on: z.boolean().default(true) }))
    expect(draftOf(field)).to.deep.equal({ rate: '3', on: true })
    expect(draftOf(field, { rate: 7, on: false })).to.deep.equal({ rate: '7', on: false })
  })

  it('of the parameters of an actor has their defaults, and wants those without', () => {
    const field = fieldOfParameters({
      period: { type: 'number', default: 50, help: 'milliseconds' },
      place: { type: 'string', default: null, help: '' },
    })
    expect(given(field, { place: 'north' })).to.deep.equal({ period: 50, place: 'north' })
    expect(given(formOf(z.object({ flag: z.boolean().optional() })), {})).to.deep.equal({})
  })

  it('is a box for JSON where the schema is beyond it, and never fails', () => {
    const loop = { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/a' } } }
    const deep = { type: 'object', properties: {} as object }
    for (let at: { properties: object } = deep, n = 0; n < 50; n++) {
      const inner = { type: 'object', properties: {} }
      at.properties = { inner }
      at = inner
    }
    const wide = Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`m${at}`, { type: 'string' }]))
    const others = [
      true,
      null,
      'text',
      {},
      { type: ['string', 'number'] },
      { type: 'object', properties: wide },
      loop,
    ]
    for (const schema of others) expect(fieldOf(schema).kind).to.equal('json')
    expect(fieldOf(deep).kind).to.equal('group')
    expect(filledIn(fieldOf({ type: 'string', pattern: '(' }), 'x')).to.deep.equal({ value: 'x' })
  })

  it('follows references within the schema', () => {
    const schema = { $defs: { level: { type: 'integer' } }, properties: { a: { $ref: '#/$defs/level' } } }
    const field = fieldOf({ ...schema, type: 'object' })
    expect(field.kind === 'group' && field.fields[0]).to.include({ kind: 'number', isWhole: true })
  })
})
