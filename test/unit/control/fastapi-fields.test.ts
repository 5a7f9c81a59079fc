/** What pydantic 1.10 takes and refuses by its documented rules. */
import { expect } from 'chai'
import { readBody } from '../../../control/fastapi/body.js'
import {
  checked,
  flag,
  flawsBody,
  list,
  type Model,
  text,
  wholeOrNone,
} from '../../../control/fastapi/fields.js'
import { jsonText } from '../../../control/fastapi/json.js'
import { readJson } from '../../../control/fastapi/json-reader.js'

const MODEL: Model = {
  text: { is: text, otherwise: '' },
  flag: { is: flag, otherwise: false },
  rank: { is: wholeOrNone, otherwise: null },
  list: { is: list, otherwise: [] },
}

/** The members, or the type of the first flaw. */
function taken(body: string): string {
  const read = readJson(body)
  if (!('value' in read)) throw new Error(body)
  const result = checked(MODEL, read.value, ['body'])
  return 'members' in result ? jsonText(result.members) : (result.flaws[0]?.type ?? '')
}

function only(name: string, value: string): string {
  const whole = taken(`{"${name}":${value}}`)
  const [, found = whole] = new RegExp(`"${name}":(.*?)(?:,"(?:flag|rank|list)"|}$)`).exec(whole) ?? []
  return found
}

describe('fields as pydantic 1 has them', () => {
  it('take what can be meant', () => {
    const cases: [string, string, string][] = [
      ['text', '"x"', '"x"'],
      ['text', '7', '"7"'],
      ['text', '1.50', '"1.5"'],
      ['text', 'true', '"True"'],
      ['text', '123456789012345678901', '"123456789012345678901"'],
      ['flag', '1', 'true'],
      ['flag', '0.0', 'false'],
      ['flag', '"YES"', 'true'],
      ['flag', '"off"', 'false'],
      ['rank', '5', '5'],
      ['rank', '5.9', '5'],
      ['rank', '-5.9', '-5'],
      ['rank', '" 12 "', '12'],
      ['rank', 'true', '1'],
      ['rank', 'null', 'null'],
    ]
    for (const [name, given, meant] of cases) expect(only(name, given), `${name} ${given}`).to.equal(meant)
  })

  it('refuse the rest, with its types', () => {
    const cases: [string, string, string][] = [
      ['text', 'null', 'type_error.none.not_allowed'],
      ['text', '[]', 'type_error.str'],
      ['flag', '2', 'type_error.bool'],
      ['flag', '"maybe"', 'type_error.bool'],
      ['flag', '{}', 'type_error.bool'],
      ['flag', 'null', 'type_error.none.not_allowed'],
      ['rank', '"x"', 'type_error.integer'],
      ['rank', '"1.5"', 'type_error.integer'],
      ['rank', '[]', 'type_error.integer'],
      ['list', '{}', 'type_error.list'],
      ['list', '"x"', 'type_error.list'],
    ]
    for (const [name, given, type] of cases) expect(taken(`{"${name}":${given}}`), given).to.equal(type)
    expect(taken('[1]')).to.equal('type_error.dict')
    expect(taken('null')).to.equal('value_error.missing')
  })

  it('see no JSON in a body that is said to be something else, nor in what is no UTF-8', () => {
    const bytes = Buffer.from('{"a": 1}')
    for (const type of [undefined, 'application/json', 'application/problem+json; charset=utf-8']) {
      const read = readBody(bytes, type)
      expect('value' in read && read.value instanceof Map, type).to.equal(true)
    }
    expect(readBody(bytes, 'text/plain')).to.deep.equal({ value: '{"a": 1}' })
    expect(readBody(Buffer.alloc(0), 'text/plain')).to.deep.equal({ value: undefined })
    expect(readBody(Buffer.from([0xff, 0xfe]), undefined)).to.have.property('flaw')
    expect(readBody(Buffer.from('\ufeff{}'), undefined)).to.have.property('value')
  })

  it('tell all that is wrong at once', () => {
    const read = readJson('{"text": [], "flag": 7}')
    const result = 'value' in read ? checked(MODEL, read.value, ['body']) : { flaws: [] }
    expect(jsonText(flawsBody('flaws' in result ? result.flaws : []))).to.equal(
      '{"detail":[{"loc":["body","text"],"msg":"str type expected","type":"type_error.str"},' +
        '{"loc":["body","flag"],"msg":"value could not be parsed to a boolean","type":"type_error.bool"}]}',
    )
  })
})
