import { expect } from 'chai'
import { membersOf, valuesOf } from '../../../../../apps/quorate/console/schemas.js'

describe('what a schema tells of arguments', () => {
  it('is their names, and the values that they may have', () => {
    const schema = {
      type: 'object',
      properties: { how: { enum: ['hard', 'soft'] }, on: { type: 'boolean' } },
    }
    expect(Object.keys(membersOf(schema))).to.deep.equal(['how', 'on'])
    expect(Object.values(membersOf(schema)).map(valuesOf)).to.deep.equal([
      ['hard', 'soft'],
      ['true', 'false'],
    ])
  })

  it('is each value as it is typed, and none that nobody can type', () => {
    expect(valuesOf({ enum: ['a b', '5', 5, null, '#x', `"'`, { a: 1 }] })).to.deep.equal([
      ...['"a b"', '"5"', '5', 'null', '"#x"'],
    ])
  })

  it('is nothing where it is no schema, whatever it is', () => {
    for (const odd of [undefined, {}, { properties: 7 }, { properties: null }, { properties: 'ab' }]) {
      expect(membersOf(odd), JSON.stringify(odd)).to.deep.equal({})
    }
    for (const odd of [undefined, null, 7, 'enum', [], {}, { enum: 'ab' }, { enum: null }, { type: 7 }]) {
      expect(valuesOf(odd), JSON.stringify(odd)).to.deep.equal([])
    }
  })
})
