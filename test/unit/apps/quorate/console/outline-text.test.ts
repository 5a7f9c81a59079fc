import { expect } from 'chai'
import { commandLines, propertyLines } from '../../../../../apps/quorate/console/outline-text.js'
import { STEERING } from './played.js'

const prime = {
  type: 'object',
  required: ['seconds'],
  properties: { seconds: { type: 'number' }, how: { enum: ['hard', 'soft'] }, odd: 7 },
}

describe('what an actor can be commanded', () => {
  it('shows a line for each command, in columns', () => {
    const lines = commandLines([
      { component: 'pump', name: 'prime', description: 'fill the pipe', schema: prime },
      { component: 'pump', name: 'halt', description: '', code: 200 },
    ])
    expect(lines).to.deep.equal([
      'pump.prime seconds=<number> [how=hard|soft] [odd=<value>]  fill the pipe',
      `${'pump.halt'.padEnd(59)}(200)`,
    ])
    expect(commandLines([])).to.deep.equal(['it has no commands'])
  })

  it('shows a line for each property, also of a value that is long', () => {
    const of = { component: 'pump', description: '', writable: true }
    const lines = propertyLines([
      { ...of, name: 'rate', description: 'litres a minute', value: 1 },
      { ...of, name: 'level', writable: false, value: 'high' },
      { ...of, name: 'all', value: { list: new Array(80).fill('x') } },
      { ...of, name: 'none', value: null },
    ])
    expect(lines).to.have.length(4)
    expect(lines[0]).to.match(/^pump\.rate = 1 +litres a minute$/)
    expect(lines[1]).to.match(/^pump\.level = high +\(read-only\)$/)
    expect(lines[2])
      .to.match(/^pump\.all = \{"list":\["x","x",.*…$/)
      .and.not.contain('?')
    expect(lines[3]).to.equal('pump.none =')
    expect(propertyLines([])).to.deep.equal(['it has no properties'])
  })

  it('is not steered by what the actor tells', () => {
    const [component, name, description] = [STEERING, `p${STEERING}`, `d${STEERING}`]
    const schema = { required: [name], properties: { [name]: { type: STEERING }, x: { enum: [STEERING] } } }
    const lines = [
      ...commandLines([{ component, name, description, schema }]),
      ...propertyLines([{ component, name, description, writable: true, value: { [name]: STEERING } }]),
    ]
    expect(lines).to.have.length(2)
    expect(lines.join('')).not.to.match(/[\p{Cc}\p{Cf}]/u)
  })

  it('has any number of commands, of any number of arguments', () => {
    const names = Array.from({ length: 100_000 }, (_, at) => `a${at}`)
    const schema = { required: names, properties: Object.fromEntries(names.map((name) => [name, {}])) }
    const of = { component: 'pump', name: 'prime', description: '' }
    expect(commandLines([{ ...of, schema }])[0]).to.have.length.above(1_000_000)
    expect(commandLines(new Array(200_000).fill(of))).to.have.length(200_000)
  })
})
